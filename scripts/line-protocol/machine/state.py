"""What a state is made of, and the bytes of its parts. Numbers are unsigned and big-endian."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

INTEGER_MAX = 2**53 - 1
ROW = struct.Struct('>HIQQQ')


@dataclass(frozen=True)
class Position:
    """How far the log was applied, the replicated clock there, and the checksum over all up to there."""

    index: int = 0
    term: int = 0
    clock: int = 0
    chain: int = 0


@dataclass(frozen=True)
class Membership:
    index: int
    term: int
    content: bytes


@dataclass(frozen=True)
class Row:
    key: bytes
    value: bytes
    create_index: int
    mod_index: int
    expire_at: int  # by the replicated clock; 0: never

    def is_visible(self, clock: int) -> bool:
        return self.expire_at == 0 or self.expire_at > clock


@dataclass(frozen=True)
class Format:
    """What all replicas have in common, written down when the state is made."""

    cluster_id: str = ''
    is_ttl_enabled: bool = True


@dataclass
class State:
    """Never changed once it is in use: a chunk works on a copy, which takes its place. So a view is the state
    that it was taken of.
    """

    format: Format
    position: Position = Position()
    membership: Membership | None = None
    rows: dict[bytes, Row] = field(default_factory=dict)  # those too that have expired and were not collected

    def copy(self) -> 'State':
        return replace(self, rows=dict(self.rows))

    def row(self, key: bytes) -> Row | None:
        """What can be seen under `key`."""
        found = self.rows.get(key)
        return found if found is not None and found.is_visible(self.position.clock) else None

    def visible(self) -> list[Row]:
        """In the order of their keys."""
        clock = self.position.clock
        return sorted((row for row in self.rows.values() if row.is_visible(clock)), key=lambda row: row.key)

    def expired(self) -> list[Row]:
        return self.expiring(0, self.position.clock)

    def expiring(self, after: int, through: int) -> list[Row]:
        """Rows that expire after the one moment and not after the other: by expiry, then key."""
        rows = [row for row in self.rows.values() if after < row.expire_at <= through]
        return sorted(rows, key=lambda row: (row.expire_at, row.key))

    def without(self, rows: list[Row]) -> 'State':
        """Of rows that have expired, which nobody can see."""
        copy = self.copy()
        for row in rows:
            del copy.rows[row.key]
        return copy


@dataclass(frozen=True)
class Counts:
    """Of what can be seen. `size` is the bytes of keys and values."""

    keys: int
    leases: int
    size: int


def counts_of(rows: list[Row]) -> Counts:
    leases = sum(row.expire_at != 0 for row in rows)
    return Counts(len(rows), leases, sum(len(row.key) + len(row.value) for row in rows))


def encode_row(row: Row) -> bytes:
    head = ROW.pack(len(row.key), len(row.value), row.create_index, row.mod_index, row.expire_at)
    return head + row.key + row.value


def read_row(reader: 'Reader') -> Row:
    key_size, value_size, create_index, mod_index, expire_at = reader.unpack(ROW)
    return Row(reader.take(key_size), reader.take(value_size), create_index, mod_index, expire_at)


def rows_in(payload: bytes) -> Iterator[Row]:
    reader = Reader(payload)
    while not reader.is_at_end:
        yield read_row(reader)


class TooShort(Exception):
    """The bytes end before what they begin."""


class Reader:
    def __init__(self, content: bytes, at: int = 0) -> None:
        self.content = content
        self.at = at

    @property
    def is_at_end(self) -> bool:
        return self.at == len(self.content)

    def take(self, count: int) -> bytes:
        end = self.at + count
        if end > len(self.content):
            raise TooShort(f'an early end, at {len(self.content)}')
        piece = self.content[self.at : end]
        self.at = end
        return piece

    def rest(self) -> bytes:
        return self.take(len(self.content) - self.at)

    def unpack(self, layout: struct.Struct) -> tuple[int, ...]:
        return layout.unpack(self.take(layout.size))

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), 'big')
