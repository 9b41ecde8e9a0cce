#!/usr/bin/env python3
"""A state machine that speaks the line protocol: holdfast conform --command 'python3 state_machine.py'

It is not Holdfast's: it was written after docs/line-protocol.md and docs/state-machine.md, and has nothing in
common with that but what those say. What it does is in `machine`; here are its commands. Nothing but the
standard library.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.dont_write_bytecode = True
from machine import manifest as manifests  # noqa: E402
from machine.chunk import Limits  # noqa: E402
from machine.errors import InvalidArgumentError, MachineError, SnapshotError  # noqa: E402
from machine.machine import EXPIRED_MAX, Machine, Options, Report, Result  # noqa: E402
from machine.plain import plain, unplain  # noqa: E402
from machine.reading import check_limit, lease, plain_row, scan, scan_in  # noqa: E402
from machine.state import Format, State, counts_of  # noqa: E402
from store import serve  # noqa: E402

HELLO = {
    'protocol': 1,
    'minor': 1,
    'name': 'a state machine in Python',
    'version': '1.0.0',
    'language': 'Python',
    'kind': 'state-machine',
    'capabilities': {},
}

Fields = dict[str, Any]


class Served:
    """A machine, and what it has handed out, by number: views, snapshots that are read, snapshots that are
    received.
    """

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.handles: dict[int, Any] = {}

    def keep(self, handle: Any) -> int:
        number = len(self.handles) + 1
        self.handles[number] = handle
        return number

    def handle(self, number: int) -> Any:
        if number not in self.handles:
            raise SnapshotError('closed', f'There is nothing of the number {number}')
        return self.handles[number]

    def read(self, request: Fields) -> State:
        """The state as of a view, or else the present one."""
        view = request.get('view')
        return self.machine.serving if view is None else self.handle(view).state


def options_in(given: Fields) -> Options:
    """What is not given has its default."""
    limits = given.get('chunkLimits', {})
    return Options(
        Format(given.get('clusterId', ''), given.get('isTtlEnabled', True)),
        Limits(limits.get('entriesMax', 4096), limits.get('bytesMax', 16 * 1024 * 1024)),
        collect_per_apply=given.get('collectPerApply', 64),
        view_age_max_ms=given.get('viewAgeMaxMs', 10_000),
        snapshots_kept=given.get('snapshotsKept', 2),
    )


def recover(served: Served, _: Fields) -> Fields:
    started = time.monotonic()
    found, removed = served.machine.recover()
    unusable = [{'id': snapshot} for snapshot in served.machine.snapshots.unusable()]
    recovery = {
        'isNew': found.is_new,
        'replayedEntries': found.entries,
        'droppedBytes': found.dropped_bytes,
        'removed': removed,
        'applied': manifests.plain_position(found.state.position),
        'durationMs': (time.monotonic() - started) * 1000,
        'unusableSnapshots': unusable,
    }
    return {'recovery': recovery}


def position(served: Served, _: Fields) -> Fields:
    """Also of one that has failed: what it was. All that is applied is durable."""
    machine = served.machine
    state = machine.current if machine.condition == 'failed' else machine.opened
    at = manifests.plain_position(state.position)
    membership = state.membership and manifests.plain_membership(state.membership)
    return {'state': machine.condition, 'applied': at, 'durableApplied': at, 'membership': membership}


def apply(served: Served, request: Fields) -> Fields:
    report = served.machine.apply(request['entries'])
    return {'report': plain_report(report, request.get('wantPrev', False))}


def plain_report(report: Report, wants_previous: bool) -> Fields:
    at = manifests.plain_position(report.applied)
    return {
        'results': [plain_result(result, wants_previous) for result in report.results],
        'applied': at,
        'clock': at['clock'],
        'chain': at['chain'],
        'durable': True,
        'expired': report.expired if len(report.expired) <= EXPIRED_MAX else 'truncated',
    }


def plain_result(result: Result, wants_previous: bool) -> Fields:
    outcome = result.outcome
    code, previous = outcome.code, outcome.previous
    told = {
        'index': result.index,
        'term': result.term,
        'ok': code == 'OK',
        'code': code,
        'changed': outcome.is_changed,
    }
    if wants_previous and code != 'ALREADY_APPLIED':
        told['prev'] = previous and {'value': previous.value, 'modIndex': previous.mod_index}
    return told if outcome.expire_at == 0 else {**told, 'expireAt': outcome.expire_at}


def get_keys(served: Served, request: Fields) -> Fields:
    state = served.machine.serving
    values = [plain_row(state.row(key)) for key in request['keys']]
    return {'found': {'values': values, 'at': manifests.plain_position(state.position)}}


def open_view(served: Served, _: Fields) -> Fields:
    view = served.machine.view()
    return {'view': served.keep(view), 'at': manifests.plain_position(view.at)}


def create_snapshot(served: Served, request: Fields) -> Fields:
    if request['kind'] != 'stream':
        raise InvalidArgumentError('kind', f'It makes no snapshots of kind {request["kind"]}')
    return {'manifest': manifests.plain_manifest(served.machine.create_snapshot())}


def list_snapshots(served: Served, _: Fields) -> Fields:
    served.machine.check_open()
    return {'manifests': list(map(manifests.plain_manifest, served.machine.snapshots.manifests()))}


def current_snapshot(served: Served, request: Fields) -> Fields:
    newest = list_snapshots(served, request)['manifests'][:1]
    return {'manifest': newest[0] if newest else None}


def open_snapshot(served: Served, request: Fields) -> Fields:
    served.machine.check_open()
    source = served.machine.snapshots.open(request['snapshot'])
    return {'source': served.keep(source), 'manifest': manifests.plain_manifest(source.manifest)}


def read_block(served: Served, request: Fields) -> Fields:
    source, number = served.handle(request['source']), request['block']
    return {'bytes': plain(source.block(number))['base64'], 'checksum': source.manifest.checksums[number]}


def close_snapshot(served: Served, request: Fields) -> None:
    served.handles[request['source']] = None  # the number is not given again


def begin_install(served: Served, request: Fields) -> Fields:
    served.machine.check_open()
    return {'install': served.keep(served.machine.begin_install(manifests.manifest_in(request['manifest'])))}


def digest(served: Served, request: Fields) -> Fields:
    at = manifests.plain_position(served.machine.opened.position)
    told = {'at': at, 'chain': at['chain']}
    return {'digest': {**told, 'sha256': served.machine.digest()} if request['deep'] else told}


ANSWERS: dict[str, Callable[[Served, Fields], Fields | None]] = {
    'open': lambda served, request: None,
    'recover': recover,
    'serve': lambda served, request: served.machine.serve(),
    'unserve': lambda served, request: served.machine.unserve(),
    'position': position,
    'apply': apply,
    'getKey': lambda served, request: {'found': plain_row(served.read(request).row(request['key']))},
    'getKeys': get_keys,
    'scanKeys': lambda served, request: {'found': scan(served.read(request), scan_in(request))},
    'openView': open_view,
    'closeView': lambda served, request: served.handle(request['view']).release(),
    'size': lambda served, request: {
        'size': manifests.plain_counts(counts_of(served.machine.serving.visible()))
    },
    'lease': lambda served, request: {'answer': lease(served.machine.serving, request)},
    'createSnapshot': create_snapshot,
    'listSnapshots': list_snapshots,
    'currentSnapshot': current_snapshot,
    'openSnapshot': open_snapshot,
    'readBlock': read_block,
    'closeSnapshot': close_snapshot,
    'beginInstall': begin_install,
    'haveBlocks': lambda served, request: {'blocks': served.handle(request['install']).have()},
    'writeBlock': lambda served, request: served.handle(request['install']).write(
        request['block'], request['bytes']
    ),
    'commitInstall': lambda served, request: served.machine.commit(served.handle(request['install'])),
    'abortInstall': lambda served, request: served.handle(request['install']).end(),
    # All that is applied is durable.
    'flush': lambda served, request: served.machine.check_open(),
    'checkpoint': lambda served, request: served.machine.checkpoint(),
    'resetState': lambda served, request: served.machine.reset(),
    'collectExpired': lambda served, request: {
        'count': served.machine.collect(check_limit(request['limit']))
    },
    'digest': digest,
    'close': lambda served, request: served.machine.close(),
    'stop': lambda served, request: None,
}


def answer(served: Served, command: str, request: Fields) -> Fields:
    return {name: plain(value) for name, value in (ANSWERS[command](served, unplain(request)) or {}).items()}


def error_of(error: Exception) -> Fields:
    """Its code is the name of its class. What was not foreseen is in doubt: nobody knows what it did."""
    is_definite = isinstance(error, MachineError) and error.is_definite
    told = {'code': type(error).__name__, 'message': str(error), 'definite': is_definite}
    return {**told, 'details': error.details} if isinstance(error, MachineError) else told


def open_machine(request: Fields) -> Served:
    return Served(Machine(Path(request['dir']), options_in(request['options'])))


if __name__ == '__main__':
    serve(HELLO, open_machine, answer, error_of)
