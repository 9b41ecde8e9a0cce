"""Where the state lies: one file, that begins with a whole state, its canonical stream, and goes on with what
was applied since.

Behind the stream each chunk is a line: its checksum, and the facts of its entries, whose last one says how
far that is. It is one write and one sync, so that rows and position cannot come apart. Only the last line may
be torn, as it was never acked.
"""

import base64
import binascii
import fcntl
import os
import zlib
from dataclasses import dataclass
from pathlib import Path

from . import files
from .applying import replay
from .canonical import Defect, decode_state, encode_state
from .errors import CorruptionError, ForeignStateError, FormatVersionError, LogLockedError, WriteFailedError
from .state import Format, Reader, State


@dataclass(frozen=True)
class Found:
    state: State
    is_new: bool
    entries: int  # applied since the whole state was written
    dropped_bytes: int


class StateFile:
    def __init__(self, directory: Path) -> None:
        self.path = directory / 'state'
        self.lock: int | None = None
        self.descriptor: int | None = None

    def open(self, wanted: Format) -> Found:
        files.make_directory(self.path.parent)
        self.take_lock()
        try:
            found = self.read(wanted)
            # What is shown from here on may be in memory alone: of a process that was killed before its sync,
            # or whose sync had failed. A sync that comes after one that failed makes nothing of that durable,
            # so it is written to another file.
            self.replace(found.state)
        except BaseException:
            self.close()
            raise
        return found

    def append(self, facts: list[bytes]) -> None:
        """A chunk. Durable when it returns; when it throws it may be there or not."""
        try:
            assert self.descriptor is not None
            files.append(self.descriptor, line_of(b''.join(facts)))
        except OSError as error:
            raise WriteFailedError('apply', error, is_in_doubt=True) from error

    def replace(self, state: State) -> None:
        """Puts a whole state in the place of what is there. After an error nobody knows which of them is."""
        try:
            files.publish(self.path, encode_state(state))
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND)
        except OSError as error:
            raise WriteFailedError('write the state', error, is_in_doubt=True) from error
        self.let_go_of_file()
        self.descriptor = descriptor

    def close(self) -> None:
        self.let_go_of_file()
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None

    def let_go_of_file(self) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None

    def take_lock(self) -> None:
        """The kernel's, which ends with the process, however that ends."""
        self.lock = os.open(self.path.parent / 'lock', os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self.close()
            raise LogLockedError(f'Another process has {self.path.parent} open') from error

    def read(self, wanted: Format) -> Found:
        if not self.path.exists():
            # The file is made before anything else is: where only that is missing, it was lost.
            if set(os.listdir(self.path.parent)) - {'lock', 'state.new'}:
                raise CorruptionError(f'There is no {self.path}, and it was there')
            return Found(State(wanted), is_new=True, entries=0, dropped_bytes=0)
        content = self.path.read_bytes()
        reader = Reader(content)
        state = decoded(reader, str(self.path))
        if state.format != wanted:
            raise ForeignStateError(
                f'The state in {self.path} is of {state.format}, and {wanted} was asked for'
            )
        entries, good = 0, reader.at
        lines = reader.rest().split(b'\n')
        for number, line in enumerate(lines):
            facts = facts_in(line)
            if facts is None:
                if number < len(lines) - 2:
                    raise CorruptionError(f'A line of {self.path} at {good} is broken, and others follow it')
                break
            entries += replay(state, facts)
            good += len(line) + 1
        return Found(state, is_new=False, entries=entries, dropped_bytes=len(content) - good)


def decoded(reader: Reader, path: str) -> State:
    try:
        return decode_state(reader)[0]
    except Defect as error:
        if error.kind == 'version':
            raise FormatVersionError(f'{path} has {error}') from error
        raise CorruptionError(f'{path} has {error}') from error


def line_of(facts: bytes) -> bytes:
    text = base64.b64encode(facts)
    return b'%08x %s\n' % (zlib.crc32(text), text)


def facts_in(line: bytes) -> bytes | None:
    """None when the line is not whole."""
    checksum, _, text = line.partition(b' ')
    if not text or checksum != b'%08x' % zlib.crc32(text):
        return None
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return None
