"""A snapshot of another replica, on its way. What came stays over a restart, and is checked again."""

import json
import os
import shutil
from pathlib import Path

from .canonical import Defect, decode_state
from .errors import FormatVersionError, InvalidArgumentError, SnapshotError, WriteFailedError
from .manifest import Manifest, manifest_of
from .state import Reader, State


class Install:
    def __init__(self, directory: Path, manifest: Manifest) -> None:
        """Goes on with what is in `directory` if it is of the same image, and else begins anew."""
        self.directory = directory
        self.manifest = manifest
        self.has_ended = False
        label = json.dumps([manifest.kind, manifest.position.index, manifest.root]).encode()
        path = directory / 'manifest'
        if not path.exists() or path.read_bytes() != label:
            self.remove()
            directory.mkdir()
            path.write_bytes(label)
        self.descriptor = os.open(directory / 'image', os.O_RDWR | os.O_CREAT, 0o644)
        os.ftruncate(self.descriptor, manifest.size)

    def have(self) -> list[int]:
        """Blocks that are there and right."""
        blocks = range(len(self.manifest.checksums))
        return [number for number in blocks if self.manifest.is_right(number, self.read(number))]

    def read(self, number: int) -> bytes:
        place = self.manifest.block(number)
        return os.pread(self.descriptor, place.stop - place.start, place.start)

    def write(self, number: int, content: bytes) -> None:
        self.check_goes_on()
        if number >= len(self.manifest.checksums):
            raise InvalidArgumentError('block', f'There is no block {number}')
        if not self.manifest.is_right(number, content):
            raise self.error('corrupt', f'block {number} is not what the manifest says')
        try:
            rest, at = memoryview(content), self.manifest.block(number).start
            while rest:
                written = os.pwrite(self.descriptor, rest, at)
                rest, at = rest[written:], at + written
        except OSError as error:
            raise WriteFailedError('write a block', error, is_in_doubt=False) from error

    def state(self) -> tuple[State, bytes]:
        """What is in the image, and the image, when all of it is there, and is what the manifest says."""
        self.check_goes_on()
        missing = set(range(len(self.manifest.checksums))) - set(self.have())
        if missing:
            raise self.error('incomplete', f'block {min(missing)} is missing')
        image = b''.join(self.read(number) for number in range(len(self.manifest.checksums)))
        try:
            reader = Reader(image)
            state, counts = decode_state(reader)
            if not reader.is_at_end:
                raise Defect('corrupt', 'bytes behind its end')
        except Defect as error:
            self.end()
            if error.kind == 'version':
                raise FormatVersionError(f'Snapshot {self.manifest.id} has {error}') from error
            raise self.error(error.kind, f'it has {error}') from error
        if manifest_of(self.manifest.id, state, counts, image) != self.manifest:
            self.end()
            raise self.error('mismatch', 'its manifest is of something else than is in it')
        return state, image

    def check_goes_on(self) -> None:
        if self.has_ended:
            raise self.error('closed', 'its installation has ended')

    def error(self, kind: str, what: str) -> SnapshotError:
        return SnapshotError(kind, f'Cannot install snapshot {self.manifest.id}: {what}', self.manifest.id)

    def end(self) -> None:
        """Leaves nothing of it behind. Twice is fine."""
        if not self.has_ended:
            self.has_ended = True
            os.close(self.descriptor)
            self.remove()

    def remove(self) -> None:
        shutil.rmtree(self.directory, ignore_errors=True)


class InstalledAlready:
    """Of a snapshot whose very state is in use: nothing is left to be done."""

    has_ended = True

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest

    def have(self) -> list[int]:
        return list(range(len(self.manifest.checksums)))

    def write(self, number: int, content: bytes) -> None:
        pass

    def end(self) -> None:
        pass
