#!/usr/bin/env python3
"""Raft storage in Python that speaks the line protocol: holdfast conform --command 'python3 raft_store.py'

The log and the hard state in one file, as store.py has them: each change is a line, its checksum before it, synced before
it is acked. Nothing but the standard library.
"""
import base64
import os
import sys

sys.dont_write_bytecode = True
from store import FileLog, Refused, serve  # noqa: E402

START = {'index': 0, 'term': 0}


class RaftFile(FileLog):
    def __init__(self, directory):
        self.boundary, self.list, self.state = START, [], None
        super().__init__(directory)

    @property
    def last(self):
        return self.list[-1] if self.list else self.boundary

    def check(self, steps):
        """The steps were checked when they were worked out."""

    def apply(self, step):
        if 'cut' in step:
            self.list = [entry for entry in self.list if entry['index'] < step['cut']]
        self.list.extend(step.get('entries', []))
        if 'state' in step:
            self.state = step['state']
        if 'boundary' in step:
            self.boundary = step['boundary']
            self.list = [entry for entry in self.list if entry['index'] > self.boundary['index']]

    def at(self, index):
        offset = index - self.boundary['index'] - 1
        return self.boundary if offset < 0 else self.list[offset]

    def term_at(self, index):
        if index < self.boundary['index']:
            raise Refused('Compacted', f'{index} was purged')
        if index > self.last['index']:
            raise Refused('Unavailable', f'{index} is beyond the end')
        return self.at(index)['term']

    def read(self, start, end, max_bytes=None):
        if start > end:
            raise Refused('InvalidArgument', f'{start} is above {end}')
        if start <= self.boundary['index']:
            raise Refused('Compacted', f'{start} was purged')
        if end > self.last['index'] + 1:
            raise Refused('Unavailable', f'{end} is beyond the end')
        entries, size = [], 0
        for index in range(start, end):
            entry = self.at(index)
            size += len(base64.b64decode(entry['data']))
            if entries and max_bytes is not None and size > max_bytes:
                break
            entries.append(entry)
        return entries

    def appended(self, entries, state=None):
        """Those that are there stay. From the first one that differs on, the log is replaced."""
        if not entries:
            return []
        self.check_order(entries)
        if state is not None and entries[-1]['term'] > state['currentTerm']:
            raise Refused('InvalidArgument', f'Term {entries[-1]["term"]} was not saved')
        for position, entry in enumerate(entries):
            index = entry['index']
            if index > self.last['index'] or self.at(index)['term'] != entry['term']:
                return [{'cut': index, 'entries': entries[position:]}]
        return []

    def truncated(self, start):
        if start <= self.boundary['index']:
            raise Refused('Compacted', f'{start} was purged')
        return [] if start > self.last['index'] else [{'cut': start}]

    def check_order(self, entries):
        """They follow what is there, and each other."""
        first = entries[0]['index']
        if first <= self.boundary['index']:
            raise Refused('Compacted', f'{first} was purged')
        if first > self.last['index'] + 1:
            raise Refused('LogGap', f'{first} would leave a gap')
        index, term = first - 1, self.at(first - 1)['term']
        for entry in entries:
            if entry['index'] != index + 1 or entry['term'] < term:
                raise Refused('InvalidArgument', f'{entry["index"]} of term {entry["term"]} does not follow')
            index, term = entry['index'], entry['term']

    def purged(self, place):
        if place['index'] < self.boundary['index']:
            return []
        if self.term_at(place['index']) != place['term']:
            raise Refused('InvalidArgument', f'{place["index"]} has another term')
        return [] if place['index'] == self.boundary['index'] else [{'boundary': place}]

    def installed(self, place):
        index, term = place['index'], place['term']
        if index < self.boundary['index']:
            raise Refused('Compacted', f'{index} was purged')
        if index == self.boundary['index']:
            if term != self.boundary['term']:
                raise Refused('InvalidArgument', f'Term {term} contradicts the log')
            return []
        if term < self.boundary['term']:
            raise Refused('InvalidArgument', f'Term {term} contradicts the log')
        # What follows the place stays; a log that has another term there, or ends before it, is another leader's.
        is_kept = index <= self.last['index'] and self.at(index)['term'] == term
        return [{'boundary': place} if is_kept else {'cut': 0, 'boundary': place}]

    def saved(self, state):
        before = self.state
        if state is None:
            return []
        if before is not None:
            is_same_term = before['currentTerm'] == state['currentTerm']
            is_taken = is_same_term and before['votedFor'] not in (None, state['votedFor'])
            if state['currentTerm'] < before['currentTerm'] or is_taken:
                raise Refused('HardStateRegression', f'Term {state["currentTerm"]} goes back, or has another vote')
        return [{'state': state}]


HELLO = {
    'protocol': 1,
    'minor': 1,
    'name': 'Raft storage in Python',
    'version': '1.0.0',
    'language': 'Python',
    'kind': 'raft',
    'capabilities': {
        'appendList': 'atomic',
        'replaceSuffix': 'atomic',
        'batch': True,
        'endRemembered': True,
        'readLimit': True,
    },
    'commands': ['installSnapshot', 'flush'],
}


def save_with(log, request):
    state, entries = request['state'], request['entries']
    return log.saved(state) + log.appended(entries, state or log.state or {'currentTerm': 0})


CHANGES = {
    'appendRaft': lambda log, request: log.appended(request['entries']),
    'saveWith': save_with,
    'truncate': lambda log, request: log.truncated(request['from']),
    'purge': lambda log, request: log.purged(request),
    'installSnapshot': lambda log, request: log.installed(request),
    'saveHardState': lambda log, request: log.saved(request['state']),
}


def answer(log, command, request):
    if command in CHANGES:
        steps = CHANGES[command](log, request)
        if steps:
            log.commit(steps)
        return {}
    if command == 'readRaft':
        return {'entries': log.read(request['from'], request['to'], request.get('maxBytes'))}
    if command == 'termAt':
        return {'term': log.term_at(request['index'])}
    if command == 'raftIndexes':
        return {
            'firstIndex': log.boundary['index'] + 1,
            'lastIndex': log.last['index'],
            'lastTerm': log.last['term'],
            'boundaryIndex': log.boundary['index'],
            'boundaryTerm': log.boundary['term'],
        }
    if command == 'loadHardState':
        return {'state': log.state}
    if command == 'close':
        os.close(log.file)
    elif command not in ('open', 'flush', 'stop'):
        raise Refused('Unsupported', f'There is no command {command}')
    return {}


if __name__ == '__main__':
    serve(HELLO, lambda request: RaftFile(request['dir']), answer)
