"""A state as bytes: of one position the same on every replica. Only what can be seen is in it."""

import struct
import zlib
from collections.abc import Iterator

from .applying import KEY_BYTES_MAX
from .state import (
    Counts,
    Format,
    Membership,
    Position,
    Reader,
    Row,
    State,
    TooShort,
    counts_of,
    encode_row,
    rows_in,
)

NAME = b'HFSTATE'
VERSION = 1
POSITION = struct.Struct('>QQQI')
BLOCK = struct.Struct('>BII')
PLACE = struct.Struct('>QQ')
FOOTER = struct.Struct('>QQQI')
ROWS, MEMBERSHIP, END = 1, 2, 3
ROWS_BYTES_MAX = 1024 * 1024


class Defect(Exception):
    """What is wrong with a stream. `kind`: corrupt, incomplete, version."""

    def __init__(self, kind: str, what: str) -> None:
        super().__init__(what)
        self.kind = kind


def encode_state(state: State) -> bytes:
    rows = state.visible()
    blocks = [encode_block(ROWS, len(piece), b''.join(piece)) for piece in pieces_of(rows)]
    if state.membership is not None:
        place = PLACE.pack(state.membership.index, state.membership.term)
        blocks.append(encode_block(MEMBERSHIP, 1, place + state.membership.content))
    counts, checksums = counts_of(rows), zlib.crc32(b''.join(block[-4:] for block in blocks))
    footer = FOOTER.pack(counts.keys, counts.leases, counts.size, checksums)
    return b''.join([encode_header(state), *blocks, encode_block(END, 1, footer)])


def encode_header(state: State) -> bytes:
    cluster, at = state.format.cluster_id.encode(), state.position
    header = NAME + bytes([VERSION, state.format.is_ttl_enabled, len(cluster)]) + cluster
    return with_checksum(header + POSITION.pack(at.index, at.term, at.clock, at.chain))


def pieces_of(rows: list[Row]) -> Iterator[list[bytes]]:
    """A piece ends before the row that would make it too long. One row may be that by itself."""
    piece: list[bytes] = []
    size = 0
    for row in map(encode_row, rows):
        if piece and size + len(row) > ROWS_BYTES_MAX:
            yield piece
            piece, size = [], 0
        piece.append(row)
        size += len(row)
    if piece:
        yield piece


def encode_block(kind: int, count: int, payload: bytes) -> bytes:
    return with_checksum(BLOCK.pack(kind, count, len(payload)) + payload)


def with_checksum(content: bytes) -> bytes:
    return content + zlib.crc32(content).to_bytes(4, 'big')


def decode_state(reader: Reader) -> tuple[State, Counts]:
    """The state that begins where the reader is, and what its end says. The reader goes behind that."""
    try:
        state = decode_header(reader)
        checksums = 0
        while True:
            kind, count, payload, checksum = decode_block(reader)
            if kind == END:
                return state, checked_end(state, payload, checksums)
            add_block(state, kind, count, payload)
            checksums = zlib.crc32(checksum, checksums)
    except TooShort as error:
        raise Defect('incomplete', str(error)) from error


def decode_header(reader: Reader) -> State:
    start = reader.at
    if reader.take(len(NAME)) != NAME:
        raise Defect('corrupt', 'no state at its beginning')
    version, ttl, size = reader.take(3)
    if version != VERSION:
        raise Defect('version', f'format version {version}')
    cluster = reader.take(size)
    position = Position(*reader.unpack(POSITION))
    check_checksum(reader, start, 'a damaged header')
    return State(Format(cluster.decode(), ttl == 1), position)


def decode_block(reader: Reader) -> tuple[int, int, bytes, bytes]:
    start = reader.at
    kind, count, size = reader.unpack(BLOCK)
    payload = reader.take(size)
    return kind, count, payload, check_checksum(reader, start, 'a damaged block')


def check_checksum(reader: Reader, start: int, what: str) -> bytes:
    covered = reader.content[start : reader.at]
    checksum = reader.take(4)
    if int.from_bytes(checksum, 'big') != zlib.crc32(covered):
        raise Defect('corrupt', what)
    return checksum


def add_block(state: State, kind: int, count: int, payload: bytes) -> None:
    if kind == ROWS:
        add_rows(state, count, payload)
    elif kind == MEMBERSHIP and state.membership is None:
        reader = Reader(payload)
        index, term = reader.unpack(PLACE)
        state.membership = Membership(index, term, reader.rest())
    else:
        raise Defect('corrupt', f'a block of kind {kind} where none may be')


def add_rows(state: State, count: int, payload: bytes) -> None:
    rows = list(rows_in(payload))
    if len(rows) != count or state.membership is not None:
        raise Defect('corrupt', f'a block of {len(rows)} rows that says {count}, or behind the membership')
    last = next(reversed(state.rows), b'')
    for row in rows:
        if not last < row.key or len(row.key) > KEY_BYTES_MAX:
            raise Defect('corrupt', 'rows out of order')
        last = row.key
        state.rows[row.key] = row


def checked_end(state: State, payload: bytes, checksums: int) -> Counts:
    counts = counts_of(list(state.rows.values()))
    if payload != FOOTER.pack(counts.keys, counts.leases, counts.size, checksums):
        raise Defect('corrupt', 'an end that is of another stream')
    return counts
