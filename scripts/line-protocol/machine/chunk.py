"""Everything that can be wrong with a chunk, found before anything of it is applied."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from .applying import Entry
from .commands import Command, command_in, decode_command
from .errors import ChunkRejectedError, DivergenceError, InvalidArgumentError, UndecodableEntryError
from .state import INTEGER_MAX, Position


@dataclass(frozen=True)
class Limits:
    entries: int
    size: int  # of keys, values and encoded commands; a chunk of one entry may be larger


@dataclass(frozen=True)
class Given:
    """An entry as it was handed in, of which the types are right. Bytes are not decoded yet."""

    index: int
    term: int
    time: int | None
    command: Command | bytes

    @property
    def size(self) -> int:
        return len(self.command) if isinstance(self.command, bytes) else self.command.size


def check_chunk(entries: list[Any], applied: Position, limits: Limits) -> tuple[list[Given], list[Entry]]:
    """Those that are applied already, and the others, decoded. Of two mistakes the first one here is told."""
    chunk = [given_of(entry) for entry in entries]
    check_size(chunk, limits)
    for before, entry in pairwise(chunk):
        check_follows(before.index, before.term, entry)
    known = [entry for entry in chunk if entry.index <= applied.index]
    fresh = chunk[len(known) :]
    if known and known[-1].index == applied.index and known[-1].term != applied.term:
        raise DivergenceError('term', applied.index, applied.term, known[-1].term)
    if fresh:
        check_follows(applied.index, applied.term, fresh[0])
    return known, [decoded(entry) for entry in fresh]


def given_of(entry: Any) -> Given:
    if not isinstance(entry, Mapping):
        raise InvalidArgumentError('entries', 'An entry has index, term and command')
    index, term = check_integer(entry, 'index', 1), check_integer(entry, 'term', 0)
    time = check_integer(entry, 'time', 0) if 'time' in entry else None
    command = entry.get('command')
    if command is None:
        raise ChunkRejectedError('missingPayload', index, 'it has no command')
    return Given(index, term, time, command if isinstance(command, bytes) else command_in(command))


def check_integer(entry: Mapping[str, Any], name: str, least: int) -> int:
    value = entry.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= INTEGER_MAX:
        return value
    raise InvalidArgumentError(
        name, f'Cannot use {value} as {name}: give an integer from {least} to 2^53 - 1'
    )


def check_size(chunk: list[Given], limits: Limits) -> None:
    if len(chunk) <= 1:
        return
    if len(chunk) > limits.entries:
        raise ChunkRejectedError('tooLarge', chunk[0].index, f'its chunk has {len(chunk)} entries')
    size = sum(entry.size for entry in chunk)
    if size > limits.size:
        raise ChunkRejectedError('tooLarge', chunk[0].index, f'its chunk has {size} bytes')


def check_follows(index: int, term: int, entry: Given) -> None:
    if entry.index <= index:
        raise ChunkRejectedError('unordered', entry.index, f'it comes after entry {index}')
    if entry.index > index + 1:
        raise ChunkRejectedError('gap', entry.index, f'the one before it is {index}')
    if entry.term < term:
        raise ChunkRejectedError(
            'termRegression', entry.index, f'its term is {entry.term}, and {term} before it'
        )


def decoded(entry: Given) -> Entry:
    if not isinstance(entry.command, bytes):
        return Entry(entry.index, entry.term, entry.time, entry.command)
    try:
        command, time = decode_command(entry.command)
    except UndecodableEntryError as error:
        kind, what = str(error.details['kind']), str(error.details['what'])
        raise UndecodableEntryError(kind, what, entry.index) from error
    return Entry(entry.index, entry.term, time if entry.time is None else entry.time, command)
