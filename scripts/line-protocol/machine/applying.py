"""What a command does: a function of the state and the entry, and of nothing else."""

import struct
import zlib
from dataclasses import dataclass, replace

from .commands import Command
from .state import INTEGER_MAX, Membership, Position, Reader, Row, State, encode_row, read_row

# The places of the codes are stored.
CODES = (
    'OK', 'CAS_MISMATCH', 'NOT_FOUND', 'ALREADY_APPLIED', 'DUPLICATE', 'SESSION_EXPIRED',
    'KEY_EMPTY', 'KEY_TOO_LONG', 'VALUE_TOO_LARGE', 'TTL_INVALID', 'TTL_DISABLED',
)  # fmt: skip
KEY_BYTES_MAX = 1024
VALUE_BYTES_MAX = 8 * 1024 * 1024
MEMBERSHIP_BYTES_MAX = 1024 * 1024
TTL_MS_MAX = 9_000_000_000_000
FACTS = struct.Struct('>QQQBB')


@dataclass(frozen=True)
class Put:
    row: Row


@dataclass(frozen=True)
class Delete:
    key: bytes


@dataclass(frozen=True)
class Touch:
    key: bytes
    expire_at: int


@dataclass(frozen=True)
class Configure:
    content: bytes


Effect = Put | Delete | Touch | Configure


@dataclass(frozen=True)
class Entry:
    index: int
    term: int
    time: int | None
    command: Command


@dataclass(frozen=True)
class Outcome:
    code: str
    effects: tuple[Effect, ...] = ()
    is_changed: bool = False
    previous: Row | None = None  # what could be seen under the key before
    expire_at: int = 0  # when the key expires now; 0: the command gave it no time to live


def decide(state: State, entry: Entry) -> Outcome:
    """What `entry` does to `state`, whose clock is that of the entry by now."""
    command, clock = entry.command, state.position.clock
    refused = refusal(command, state.format.is_ttl_enabled)
    if refused is not None:
        return Outcome(refused)
    if command.kind == 'noop':
        return Outcome('OK')
    if command.kind == 'config':
        return Outcome('OK', (Configure(command.value),), is_changed=True)
    previous = state.row(command.key)
    expire_at = 0 if command.ttl_ms is None else min(clock + int(command.ttl_ms), INTEGER_MAX)
    if command.kind == 'delete':
        is_there = previous is not None
        return Outcome('OK', (Delete(command.key),) if is_there else (), is_there, previous)
    if command.kind == 'touch':
        if previous is None:
            return Outcome('NOT_FOUND')
        is_later = expire_at != previous.expire_at
        return Outcome('OK', (Touch(command.key, expire_at),), is_later, previous, expire_at)
    if command.kind == 'cas' and command.expected != (None if previous is None else previous.value):
        return Outcome('CAS_MISMATCH', previous=previous)
    create_index = entry.index if previous is None else previous.create_index
    row = Row(command.key, command.value, create_index, entry.index, expire_at)
    return Outcome('OK', (Put(row),), True, previous, expire_at)


def refusal(command: Command, is_ttl_enabled: bool) -> str | None:
    """Why it is refused whatever the state is. The first reason is the result."""
    if command.kind == 'noop':
        return None
    if command.kind == 'config':
        return 'VALUE_TOO_LARGE' if len(command.value) > MEMBERSHIP_BYTES_MAX else None
    if not command.key:
        return 'KEY_EMPTY'
    if len(command.key) > KEY_BYTES_MAX:
        return 'KEY_TOO_LONG'
    if len(command.value) > VALUE_BYTES_MAX:
        return 'VALUE_TOO_LARGE'
    if command.ttl_ms is None:
        return None
    if not is_ttl_enabled:
        return 'TTL_DISABLED'
    is_valid = command.ttl_ms % 1 == 0 and 1 <= command.ttl_ms <= TTL_MS_MAX
    return None if is_valid else 'TTL_INVALID'


def with_clock(state: State, time: int | None) -> State:
    """The same rows; only what can be seen of them changes."""
    clock = max(state.position.clock, time or 0)
    return replace(state, position=replace(state.position, clock=clock))


def encode_facts(entry: Entry, clock: int, outcome: Outcome) -> bytes:
    """What the entry did, never the command: reading it again decides nothing anew."""
    head = FACTS.pack(entry.index, entry.term, clock, CODES.index(outcome.code), len(outcome.effects))
    return head + b''.join(map(encode_effect, outcome.effects))


def encode_effect(effect: Effect) -> bytes:
    match effect:
        case Put(row):
            return b'\x01' + encode_row(row)
        case Delete(key):
            return b'\x02' + struct.pack('>H', len(key)) + key
        case Touch(key, expire_at):
            return b'\x03' + struct.pack('>QH', expire_at, len(key)) + key
        case Configure(content):
            return b'\x04' + struct.pack('>I', len(content)) + content


def read_facts(reader: Reader) -> tuple[Position, list[Effect]]:
    """Where they lead, but for the chain, and how."""
    index, term, clock, _, count = reader.unpack(FACTS)
    return Position(index, term, clock), [read_effect(reader) for _ in range(count)]


def read_effect(reader: Reader) -> Effect:
    match reader.number(1):
        case 1:
            return Put(read_row(reader))
        case 2:
            return Delete(reader.take(reader.number(2)))
        case 3:
            expire_at = reader.number(8)
            return Touch(reader.take(reader.number(2)), expire_at)
        case 4:
            return Configure(reader.take(reader.number(4)))
        case kind:
            raise ValueError(f'there is no effect of kind {kind}')


def replay(state: State, facts: bytes) -> int:
    """Does to `state` what the facts of entries say, and rolls its chain on. Returns how many those were."""
    reader, entries = Reader(facts), 0
    while not reader.is_at_end:
        start = reader.at
        position, effects = read_facts(reader)
        for effect in effects:
            perform(state, position, effect)
        chain = zlib.crc32(facts[start : reader.at], state.position.chain)
        state.position = replace(position, chain=chain)
        entries += 1
    return entries


def perform(state: State, at: Position, effect: Effect) -> None:
    match effect:
        case Put(row):
            state.rows[row.key] = row
        case Delete(key):
            del state.rows[key]
        case Touch(key, expire_at):
            state.rows[key] = replace(state.rows[key], expire_at=expire_at)
        case Configure(content):
            state.membership = Membership(at.index, at.term, content)
