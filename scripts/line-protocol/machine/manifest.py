"""What a snapshot says of itself: as an object of the protocol, and as bytes behind its image in a file."""

import base64
import hashlib
import json
import struct
import zlib
from dataclasses import dataclass
from typing import Any

from .errors import FormatVersionError, InvalidArgumentError
from .state import INTEGER_MAX, Counts, Format, Membership, Position, State

VERSION = 1
BLOCK_BYTES = 1024 * 1024
END = b'HFMANIF\x01'
SIZES = struct.Struct('>II')


@dataclass(frozen=True)
class Manifest:
    id: str
    kind: str
    format: Format
    position: Position
    membership: Membership | None
    size: int
    checksums: tuple[int, ...]
    counts: Counts

    @property
    def root(self) -> str:
        return root_of(self.size, self.checksums)

    def block(self, number: int) -> slice:
        """Where this block of the image is."""
        return slice(number * BLOCK_BYTES, min((number + 1) * BLOCK_BYTES, self.size))

    def is_right(self, number: int, content: bytes) -> bool:
        place = self.block(number)
        return len(content) == place.stop - place.start and zlib.crc32(content) == self.checksums[number]


def root_of(size: int, checksums: tuple[int, ...]) -> str:
    return hashlib.sha256(struct.pack(f'>Q{len(checksums)}I', size, *checksums)).hexdigest()


def manifest_of(snapshot: str, state: State, counts: Counts, image: bytes) -> Manifest:
    """Of a canonical stream, and the state that is in it."""
    checksums = [zlib.crc32(image[at : at + BLOCK_BYTES]) for at in range(0, len(image), BLOCK_BYTES)]
    label = (state.format, state.position, state.membership)
    return Manifest(snapshot, 'stream', *label, len(image), tuple(checksums), counts)


def plain_manifest(manifest: Manifest) -> dict[str, Any]:
    """For the protocol: the membership is as `position` has it."""
    membership = manifest.membership
    return fields_of(
        manifest, None if membership is None else plain_membership(membership), {'id': manifest.id}
    )


def plain_membership(membership: Membership) -> dict[str, Any]:
    return {'at': {'index': membership.index, 'term': membership.term}, 'bytes': membership.content}


def fields_of(manifest: Manifest, membership: dict[str, Any] | None, name: dict[str, str]) -> dict[str, Any]:
    """In this order they are in a file, without the id."""
    return {
        'version': VERSION,
        'kind': manifest.kind,
        **name,
        'clusterId': manifest.format.cluster_id,
        'isTtlEnabled': manifest.format.is_ttl_enabled,
        'applied': plain_position(manifest.position),
        **({} if membership is None else {'membership': membership}),
        'bytes': manifest.size,
        'checksums': list(manifest.checksums),
        'root': manifest.root,
        'counts': plain_counts(manifest.counts),
    }


def plain_position(at: Position) -> dict[str, int]:
    return {'index': at.index, 'term': at.term, 'clock': at.clock, 'chain': at.chain}


def plain_counts(counts: Counts) -> dict[str, int]:
    return {'keys': counts.keys, 'leases': counts.leases, 'bytes': counts.size}


def manifest_in(given: Any) -> Manifest:
    """What came from another replica, if it is a manifest and at one with itself."""
    try:
        if given['version'] > VERSION:
            raise FormatVersionError(f'The manifest has version {given["version"]}')
        at, membership, counts = given['applied'], given.get('membership'), given['counts']
        manifest = Manifest(
            given['id'],
            given['kind'],
            Format(given['clusterId'], given['isTtlEnabled']),
            Position(*(integer(at[name]) for name in ('index', 'term', 'clock', 'chain'))),
            None if membership is None else membership_in(membership),
            integer(given['bytes']),
            tuple(integer(checksum) for checksum in given['checksums']),
            Counts(*(integer(counts[name]) for name in ('keys', 'leases', 'bytes'))),
        )
        is_whole = len(manifest.checksums) == -(-manifest.size // BLOCK_BYTES)
        if not is_whole or manifest.root != given['root']:
            raise ValueError('its checksums are not those of its length or its root')
        return manifest
    except (KeyError, TypeError, ValueError, struct.error) as error:
        raise InvalidArgumentError('manifest', f'This is no manifest: {error}') from error


def membership_in(given: dict[str, Any]) -> Membership:
    return Membership(given['at']['index'], given['at']['term'], given['bytes'])


def integer(value: Any) -> int:
    if isinstance(value, int) and 0 <= value <= INTEGER_MAX:
        return value
    raise ValueError(f'{value} is no integer from 0 to 2^53 - 1')


def encode_trailer(manifest: Manifest) -> bytes:
    """The same on every replica, whatever the snapshot is called there."""
    membership = manifest.membership
    told = (
        None
        if membership is None
        else {
            'index': membership.index,
            'term': membership.term,
            'bytes': base64.b64encode(membership.content).decode(),
        }
    )
    fields = fields_of(manifest, told, {})
    text = json.dumps(fields, separators=(',', ':'), ensure_ascii=False).encode()
    return text + SIZES.pack(len(text), zlib.crc32(text)) + END


def decode_trailer(snapshot: str, content: bytes) -> Manifest:
    """Of the snapshot that `content` is. Throws ValueError or an error of the protocol where it is none."""
    sizes_at = len(content) - len(END) - SIZES.size
    if sizes_at < 0 or not content.endswith(END):
        raise ValueError('no manifest is behind its image')
    size, checksum = SIZES.unpack_from(content, sizes_at)
    text = content[max(0, sizes_at - size) : sizes_at]
    if len(text) != size or zlib.crc32(text) != checksum:
        raise ValueError('its manifest is damaged')
    fields = json.loads(text)
    if (told := fields.get('membership')) is not None:
        place = {'index': told['index'], 'term': told['term']}
        fields['membership'] = {'at': place, 'bytes': base64.b64decode(told['bytes'])}
    manifest = manifest_in({**fields, 'id': snapshot})
    if manifest.size != sizes_at - size:
        raise ValueError('its manifest is of another image')
    return manifest
