"""The state machine. A chunk is checked, worked out on a copy of the state, written, and only then shown."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import files
from .applying import Entry, Outcome, decide, encode_facts, replay, with_clock
from .canonical import encode_state
from .chunk import Given, Limits, check_chunk
from .errors import (
    FATAL,
    DivergenceError,
    ForeignStateError,
    MachineError,
    NotServingError,
    PoisonedError,
    SnapshotError,
)
from .install import Install, InstalledAlready
from .manifest import Manifest
from .snapshots import Snapshots
from .state import Format, Position, State
from .state_file import Found, StateFile

EXPIRED_MAX = 1000


@dataclass(frozen=True)
class Options:
    format: Format
    limits: Limits
    collect_per_apply: int
    view_age_max_ms: int
    snapshots_kept: int


@dataclass(frozen=True)
class Result:
    index: int
    term: int
    outcome: Outcome


@dataclass(frozen=True)
class Report:
    results: list[Result]
    applied: Position
    expired: list[bytes]  # in the order in which the clock passed them


class View:
    """Reads of one moment, which end by themselves when it is too long ago."""

    def __init__(self, state: State, age_max_ms: int) -> None:
        self.at = state.position
        self.kept: State | None = state
        self.until = time.monotonic() + age_max_ms / 1000

    @property
    def state(self) -> State:
        if self.kept is None or time.monotonic() > self.until:
            raise SnapshotError('closed', f'The view of index {self.at.index} was released, or is too old')
        return self.kept

    def release(self) -> None:
        self.kept = None


class Machine:
    def __init__(self, directory: Path, options: Options) -> None:
        self.options = options
        self.file = StateFile(directory)
        self.snapshots = Snapshots(directory / 'snapshots', options.snapshots_kept)
        self.install_directory = directory / 'install'
        self.reset_mark = directory / 'reset'
        self.condition = 'created'
        self.current = State(options.format)
        self.install: Install | None = None
        self.recovery: tuple[Found, list[str]] | None = None

    def recover(self) -> tuple[Found, list[str]]:
        """What was found, and what a crash left and is gone now. Once. It does not serve yet."""
        if self.recovery is None:
            self.recovery = self.recover_once()
        return self.recovery

    def recover_once(self) -> tuple[Found, list[str]]:
        found = self.file.open(self.options.format)
        self.current = found.state
        removed = self.snapshots.recover()
        if self.reset_mark.exists():
            self.end_reset()
        self.condition = 'stopped'
        return found, removed

    def serve(self) -> None:
        if self.condition == 'created':
            self.recover()
        self.check_open()
        self.condition = 'running'

    def unserve(self) -> None:
        self.check_open()
        self.condition = 'stopped'

    def close(self) -> None:
        """What is durable does not depend on it."""
        self.file.close()
        self.condition = 'closed'

    @property
    def opened(self) -> State:
        self.check_open()
        return self.current

    @property
    def serving(self) -> State:
        self.check_open()
        if self.condition != 'running':
            raise NotServingError('It does not serve: start it first')
        return self.current

    def apply(self, entries: list[Any]) -> Report:
        before = self.serving
        with self.judging():
            known, fresh = check_chunk(entries, before.position, self.options.limits)
            results, after, facts, expired = plan(before, fresh)
            if fresh:
                self.file.append(facts)
                self.current = self.collected(after, self.options.collect_per_apply)[0]
        return Report([known_result(entry) for entry in known] + results, self.current.position, expired)

    def collect(self, limit: int) -> int:
        """Nobody can see it, so that nothing is written: the file loses the rows when it is written anew."""
        self.current, count = self.collected(self.opened, limit)
        return count

    def collected(self, state: State, limit: int) -> tuple[State, int]:
        rows = state.expired()[:limit]
        return (state.without(rows) if rows else state), len(rows)

    def checkpoint(self) -> None:
        state = self.opened
        with self.judging():
            self.file.replace(state)

    def reset(self) -> None:
        """The mark is there until the snapshots are gone as well: none outlives the state."""
        empty = State(self.opened.format)
        with self.judging():
            files.publish(self.reset_mark, b'')
            self.file.replace(empty)
            self.current = empty
            self.end_reset()

    def end_reset(self) -> None:
        if self.current.position.index == 0:
            self.snapshots.remove_all()
        files.remove(self.reset_mark)

    def view(self) -> View:
        return View(self.serving, self.options.view_age_max_ms)

    def digest(self) -> str:
        return hashlib.sha256(encode_state(self.opened)).hexdigest()

    def create_snapshot(self) -> Manifest:
        return self.snapshots.create(self.opened)

    def begin_install(self, manifest: Manifest) -> Install | InstalledAlready:
        self.check_fits(manifest)
        if manifest.position.index == self.opened.position.index:
            return InstalledAlready(manifest)
        if self.install is not None and not self.install.has_ended:
            raise SnapshotError('inProgress', 'Another snapshot is being received', manifest.id)
        self.install = Install(self.install_directory, manifest)
        return self.install

    def commit(self, install: Install | InstalledAlready) -> None:
        self.check_open()
        if isinstance(install, InstalledAlready):
            return
        state, image = install.state()
        try:
            # Chunks were applied meanwhile.
            self.check_fits(install.manifest)
        except SnapshotError:
            install.end()
            raise
        with self.judging():
            self.snapshots.keep(install.manifest, image)
            if state.position.index > self.current.position.index:
                self.file.replace(state)
                self.current = state
        install.end()

    def check_fits(self, manifest: Manifest) -> None:
        """Whether it can take the place of the present state. One of the very same position can."""
        state = self.opened
        here, there = state.position, manifest.position
        if manifest.format != state.format:
            raise ForeignStateError(
                f'Snapshot {manifest.id} is of {manifest.format}, and this is {state.format}'
            )
        if manifest.kind != 'stream':
            raise SnapshotError('mismatch', f'Snapshot {manifest.id} is of kind {manifest.kind}', manifest.id)
        if there.index < here.index:
            message = f'Snapshot {manifest.id} is of index {there.index}, and {here.index} is applied'
            raise SnapshotError('stale', message, manifest.id)
        if there.index == here.index and there.term != here.term:
            raise DivergenceError('term', here.index, here.term, there.term)
        if there.index == here.index and there.chain != here.chain:
            raise DivergenceError('chain', here.index, here.chain, there.chain)

    def check_open(self) -> None:
        if self.condition == 'failed':
            raise PoisonedError('It has failed earlier: close it, and open it anew')
        if self.condition in ('created', 'closed'):
            raise NotServingError(f'It is {self.condition}: open it first')

    @contextmanager
    def judging(self) -> Iterator[None]:
        """After what is fatal, or in doubt, nothing is answered any more until it is opened anew."""
        try:
            yield
        except MachineError as error:
            if isinstance(error, FATAL) or not error.is_definite:
                self.condition = 'failed'
            raise
        except Exception:
            self.condition = 'failed'
            raise


def plan(state: State, entries: list[Entry]) -> tuple[list[Result], State, list[bytes], list[bytes]]:
    """Results, the state afterwards, the facts to be written, and the keys whose expiry the clock passed."""
    after, results, facts, expired = state.copy(), [], [], []
    for entry in entries:
        before = after.position.clock
        after = with_clock(after, entry.time)
        # An entry sees none of what expires with it, also where it puts that anew.
        expired += [row.key for row in after.expiring(before, after.position.clock)]
        outcome = decide(after, entry)
        facts.append(encode_facts(entry, after.position.clock, outcome))
        replay(after, facts[-1])
        results.append(Result(entry.index, entry.term, outcome))
    return results, after, facts, expired


def known_result(entry: Given) -> Result:
    return Result(entry.index, entry.term, Outcome('ALREADY_APPLIED'))
