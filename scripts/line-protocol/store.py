#!/usr/bin/env python3
"""A storage in Python that speaks the line protocol: holdfast conform --command 'python3 store.py'

A log in one file: each change is a line, its checksum before it, synced before it is acked. Everything is in memory as
well, which is filled from the file when it is opened. Nothing but the standard library.
"""
import json
import os
import sys
import zlib


class Refused(Exception):
    """Refused, and nothing was changed: the error is definite."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class FileLog:
    def __init__(self, directory):
        self.cursor = {'first': 0, 'end': 0, 'floor': 0}
        self.entries = {}  # base64 texts by index: what the protocol gives is what the file holds
        self.meta = {}
        self.doubt = None
        path = os.path.join(directory, 'log')
        self.file = write_anew(directory, self.recover(path))

    def recover(self, path):
        """The lines that are whole. The last one may be torn, as it was never acked. Any other one was, and has to be whole."""
        if not os.path.exists(path):
            return b''
        with open(path, 'rb') as file:
            text = file.read()
        lines = text.split(b'\n')
        good = 0
        for number, line in enumerate(lines):
            ops = read_record(line)
            if ops is None:
                if number < len(lines) - 2:
                    raise ValueError(f'Line {number + 1} of the log is broken, and others follow it')
                break
            for op in ops:
                self.apply(op)
            good += len(line) + 1
        return text[:good]

    def commit(self, ops):
        """All of ops or none: they are one line. Durable when it returns."""
        if self.doubt:
            raise Refused('Poisoned', f'A write failed before: {self.doubt}; open it again')
        self.check(ops)
        try:
            text = json.dumps(ops).encode()
            line = b'%08x %s\n' % (zlib.crc32(text), text)
            while line:
                line = line[os.write(self.file, line):]
            os.fsync(self.file)  # os.fdatasync would do; macOS needs fcntl(F_FULLFSYNC)
        except OSError as error:
            # The line may be in the file, or a part of it. Only what is read when it is opened again can tell.
            self.doubt = str(error)
            raise
        for op in ops:
            self.apply(op)

    def check(self, ops):
        """Refuses what may not be, before any of it is written."""
        cursor = self.cursor
        for op in ops:
            cursor = move(cursor, op)

    def apply(self, op):
        kind = op['kind']
        if kind == 'replaceSuffix':
            self.entries = {index: entry for index, entry in self.entries.items() if index < op['from']}
        if kind == 'trim':
            self.entries = {index: entry for index, entry in self.entries.items() if index >= op['upTo']}
        start = op.get('from', next_of(self.cursor))
        for offset, entry in enumerate(op.get('entries', [])):
            self.entries[start + offset] = entry
        if kind == 'setMeta':
            self.meta[op['key']] = op['value']
        if kind == 'deleteMeta':
            self.meta.pop(op['key'], None)
        self.cursor = move(self.cursor, op)

    def read(self, start, end):
        values = [self.entries.get(index) for index in range(start, min(end, self.cursor['end']))]
        return values if len(values) == end - start and None not in values else []


def first_of(cursor):
    """Where the log begins: an empty one, where its next entry will be."""
    return next_of(cursor) if cursor['first'] == cursor['end'] else cursor['first']


def next_of(cursor):
    return max(cursor['end'], cursor['floor'])


def move(cursor, op):
    """Where op moves the cursor. Nothing is written before every operation of a commit has passed here."""
    kind = op['kind']
    if kind == 'append':
        return extend(cursor, next_of(cursor), len(op['entries']))
    if kind == 'replaceSuffix':
        start = op['from']
        if start < first_of(cursor) or start < cursor['floor']:
            raise Refused('Compacted', f'{start} was trimmed')
        if start > next_of(cursor) and op['entries']:
            raise Refused('LogGap', f'{start} would leave a gap')
        return extend({**cursor, 'end': min(cursor['end'], start)}, start, len(op['entries']))
    if kind == 'trim':
        return {**cursor, 'first': max(cursor['first'], min(op['upTo'], cursor['end']))}
    if kind == 'compact':
        return {**cursor, 'floor': op['index']}
    if kind in ('setMeta', 'deleteMeta'):
        return cursor
    raise Refused('Unsupported', f'There is no operation {kind}')


def extend(cursor, start, count):
    if count == 0:
        return cursor
    first = start if cursor['first'] == cursor['end'] else cursor['first']
    return {**cursor, 'first': first, 'end': start + count}


def read_record(line):
    """The operations of a line; None when it is not whole."""
    checksum, _, text = line.partition(b' ')
    return json.loads(text) if text and checksum == b'%08x' % zlib.crc32(text) else None


def write_anew(directory, text):
    """From here on it is shown, and some of it may be in memory alone: of a process that was killed before its sync, or whose
    sync had failed. A sync that comes after one that failed makes nothing of that durable, so it is written to another file.
    """
    path = os.path.join(directory, 'log')
    with open(f'{path}.new', 'wb') as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.rename(f'{path}.new', path)
    sync_directory(directory)
    return os.open(path, os.O_WRONLY | os.O_APPEND)


def sync_directory(directory):
    """The name of a new file is in its directory, and durable when that is synced."""
    descriptor = os.open(directory, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


HELLO = {
    'protocol': 1,
    'name': 'a file in Python',
    'version': '1.0.0',
    'language': 'Python',
    'capabilities': {
        'appendList': 'atomic',
        'replaceSuffix': 'atomic',
        'trim': 'returned',
        'floor': 'returned',
        'metadata': 'returned',
        'batch': True,
        'endRemembered': True,
    },
}


def answer(log, command, request):
    if command == 'indexes':
        cursor = log.cursor
        return {
            'firstIndex': first_of(cursor),
            'nextIndex': next_of(cursor),
            'compactedIndex': cursor['floor'],
        }
    if command == 'read':
        return {'entries': log.read(request['from'], request['to'])}
    if command == 'getMeta':
        return {'value': log.meta.get(request['key'])}
    if command == 'commit':
        log.commit(request['ops'])
    elif command == 'setMeta' and request['value'] is None:
        log.commit([{'kind': 'deleteMeta', 'key': request['key']}])
    elif command in ('append', 'replaceSuffix', 'trim', 'compact', 'setMeta'):
        log.commit([{'kind': command, **request}])
    elif command == 'close':
        os.close(log.file)
    elif command not in ('open', 'flush', 'stop'):
        raise Refused('Unsupported', f'There is no command {command}')
    return {}


def describe_error(error):
    """What is refused did not happen. After anything else nobody knows before the log is opened again."""
    code = getattr(error, 'code', type(error).__name__)
    return {'code': code, 'message': str(error), 'definite': isinstance(error, Refused)}


def serve(hello, open_storage, answer, describe_error=describe_error):
    """`open_storage` is given the request, and `answer` what it returned."""
    log = None
    # Ends as well when standard input does: whoever asked is dead, and nothing more is to be written.
    for line in sys.stdin:
        request = json.loads(line)
        number, command = request.pop('id'), request.pop('cmd')
        try:
            if command == 'open':
                log = open_storage(request)
            reply = hello if command == 'hello' else answer(log, command, request)
        except Exception as error:
            reply = {'error': describe_error(error)}
        print(json.dumps({'id': number, **reply}), flush=True)  # without flush it stays here, and nobody sees it
        if command == 'stop':
            break


if __name__ == '__main__':
    serve(HELLO, lambda request: FileLog(request['dir']), answer)
