"""Snapshots that were published: one file each, the image and behind it the manifest, named by a number."""

from dataclasses import replace
from pathlib import Path

from . import files
from .canonical import encode_state
from .errors import MachineError, SnapshotError, WriteFailedError
from .manifest import Manifest, decode_trailer, encode_trailer, manifest_of
from .state import State, counts_of


class Source:
    """A snapshot that is being read: it can be to its end, also when it is removed meanwhile."""

    def __init__(self, manifest: Manifest, content: bytes) -> None:
        self.manifest = manifest
        self.content = content

    def block(self, number: int) -> bytes:
        """Which is checked each time: what its manifest says may be all that is right about it."""
        content = self.content[self.manifest.block(number)]
        if not self.manifest.is_right(number, content):
            raise SnapshotError(
                'corrupt', f'Block {number} of snapshot {self.manifest.id} is damaged', self.manifest.id
            )
        return content


class Snapshots:
    def __init__(self, directory: Path, kept: int) -> None:
        self.directory = directory
        self.kept = kept

    def recover(self) -> list[str]:
        """Removes what a crash left half-written, and tells the names."""
        files.make_directory(self.directory)
        left = sorted(self.directory.glob('*.new'))
        for path in left:
            files.remove(path)
        return [path.name for path in left]

    def create(self, state: State) -> Manifest:
        image = encode_state(state)
        return self.keep(manifest_of('', state, counts_of(state.visible()), image), image)

    def keep(self, manifest: Manifest, image: bytes) -> Manifest:
        """Durable when it returns. An error is never in doubt: nobody was told of it."""
        named = replace(manifest, id=self.next_id())
        try:
            files.publish(self.directory / named.id, image + encode_trailer(named))
        except OSError as error:
            raise WriteFailedError('keep a snapshot', error, is_in_doubt=False) from error
        self.retain()
        return named

    def retain(self) -> None:
        """Of those that can be used the newest stay. Those that cannot are left for a person to look at."""
        for manifest in self.manifests()[self.kept :]:
            files.remove(self.directory / manifest.id)

    def manifests(self) -> list[Manifest]:
        """The newest first, those whose manifest can be read."""
        return [source.manifest for source in map(self.usable, self.ids()) if source is not None]

    def unusable(self) -> list[str]:
        return [snapshot for snapshot in self.ids() if self.usable(snapshot) is None]

    def usable(self, snapshot: str) -> Source | None:
        try:
            return self.open(snapshot)
        except MachineError:
            return None

    def open(self, snapshot: str) -> Source:
        if snapshot not in self.ids():
            raise SnapshotError('notFound', f'There is no snapshot {snapshot}', snapshot)
        content = (self.directory / snapshot).read_bytes()
        try:
            return Source(decode_trailer(snapshot, content), content)
        except ValueError as error:
            raise SnapshotError('corrupt', f'Cannot use snapshot {snapshot}: {error}', snapshot) from error

    def ids(self) -> list[str]:
        names = (path.name for path in self.directory.iterdir())
        return sorted((name for name in names if name.isdecimal()), reverse=True)

    def next_id(self) -> str:
        newest = next(iter(self.ids()), '0')
        return f'{int(newest) + 1:016}'

    def remove_all(self) -> None:
        for snapshot in self.ids():
            files.remove(self.directory / snapshot)
