"""A command as the entry of a log has it: as bytes, or as an object."""

from dataclasses import dataclass
from typing import Any

from .errors import InvalidArgumentError, UndecodableEntryError
from .state import INTEGER_MAX, Reader, TooShort

VERSION = 1
KINDS = ('noop', 'put', 'delete', 'cas', 'touch', 'config')
TIME, TTL, EXPECTED = 1, 2, 4
FLAGS = {
    'noop': TIME,
    'put': TIME | TTL,
    'delete': TIME,
    'cas': TIME | TTL | EXPECTED,
    'touch': TIME | TTL,
    'config': TIME,
}


@dataclass(frozen=True)
class Command:
    """Without `expected` there must be no such key, without `ttl_ms` it stays for good."""

    kind: str
    key: bytes = b''
    value: bytes = b''  # of `config`: the membership
    expected: bytes | None = None
    ttl_ms: int | float | None = None

    @property
    def size(self) -> int:
        return len(self.key) + len(self.value) + len(self.expected or b'')


def decode_command(content: bytes) -> tuple[Command, int | None]:
    """The command, and its time if it has one."""
    try:
        return read_command(Reader(content))
    except TooShort as error:
        raise undecodable(str(error)) from error


def read_command(reader: Reader) -> tuple[Command, int | None]:
    version, number, flags = reader.take(3)
    if version > VERSION:
        raise UndecodableEntryError('unsupported', f'format version {version}')
    if version == 0:
        raise undecodable('format version 0')
    if not 1 <= number <= len(KINDS):
        raise UndecodableEntryError('unsupported', f'command kind {number}')
    kind = KINDS[number - 1]
    if flags & ~FLAGS[kind]:
        raise undecodable(f'flags {flags} on a {kind}')
    time = read_integer(reader) if flags & TIME else None
    ttl_ms = read_integer(reader) if flags & TTL else None
    if kind == 'touch' and ttl_ms is None:
        raise undecodable('a touch without a time to live')
    key = read_sized(reader) if kind not in ('noop', 'config') else b''
    expected = read_sized(reader) if flags & EXPECTED else None
    value = reader.rest() if kind in ('put', 'cas', 'config') else b''
    if not reader.is_at_end:
        raise undecodable('bytes after its end')
    return Command(kind, key, value, expected, ttl_ms), time


def read_integer(reader: Reader) -> int:
    number = reader.number(8)
    if number > INTEGER_MAX:
        raise undecodable('a number beyond 2^53 - 1')
    return number


def read_sized(reader: Reader) -> bytes:
    return reader.take(reader.number(4))


def undecodable(what: str) -> UndecodableEntryError:
    return UndecodableEntryError('undecodable', what)


def command_in(given: Any) -> Command:
    """Of an object. Its values may be beyond the limits, which is a result, but not of another type."""
    kind = given.get('kind') if isinstance(given, dict) else None
    if kind not in KINDS:
        raise InvalidArgumentError('command', f'There is no command of kind {kind}')
    if kind == 'noop':
        return Command(kind)
    if kind == 'config':
        return Command(kind, value=bytes_of(given, 'membership'))
    expected = None
    if kind == 'cas' and given.get('expected', ...) is not None:
        expected = bytes_of(given, 'expected')
    value = bytes_of(given, 'value') if kind in ('put', 'cas') else b''
    return Command(kind, bytes_of(given, 'key'), value, expected, ttl_of(given) if kind != 'delete' else None)


def bytes_of(given: dict[str, Any], name: str) -> bytes:
    value = given.get(name)
    if not isinstance(value, bytes):
        raise InvalidArgumentError('command', f'The {name} of a {given["kind"]} has to be bytes')
    return value


def ttl_of(given: dict[str, Any]) -> int | float | None:
    value = given.get('ttlMs')
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number or ('ttlMs' not in given and given['kind'] != 'touch'):
        return value
    raise InvalidArgumentError('command', f'The ttlMs of a {given["kind"]} has to be a number')
