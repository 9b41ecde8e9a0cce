/**
 * The bytes of a manifest: one line of JSON with its members in a fixed order, and no id, which only its store knows. So what a
 * canonical snapshot is stored as is the same on every replica. Behind an image: the line, u32 its length, u32 its CRC-32, magic.
 */
import { createHash } from 'node:crypto'
import { checkIndex } from '../../arguments.ts'
import { crc32, readU32, writeU32, writeU64 } from '../../codec/index.ts'
import { FormatVersionError, InvalidArgumentError, SnapshotError } from '../../errors.ts'
import { messageOf } from '../../message-of.ts'
import { blockBytes, type SnapshotManifest } from './manifest.ts'

const magic = Buffer.from('HFMANIF\x01', 'latin1')
export const trailerFixedBytes: number = 8 + magic.length
const manifestBytesMax = 64 * 1024 * 1024
const manifestVersion = 1

type ManifestBody = Omit<SnapshotManifest, 'id'>

/** A manifest as text, to be sent. {@link decodeManifest} is the way back. */
export function encodeManifest(manifest: SnapshotManifest): string {
  return JSON.stringify({ id: manifest.id, ...plainOf(manifest) })
}

/**
 * @throws {InvalidArgumentError} `text` is no manifest
 * @throws {FormatVersionError} a later version of Holdfast wrote it
 */
export function decodeManifest(text: string): SnapshotManifest {
  const parsed = parse(text)
  if (typeof parsed['id'] !== 'string') throw noManifest('it has no id')
  return checkManifest({ ...bodyOf(parsed), id: parsed['id'] })
}

/** What stands behind the image of a snapshot. */
export function encodeTrailer(manifest: ManifestBody): Uint8Array {
  const text = Buffer.from(JSON.stringify(plainOf(manifest)))
  const sizes = new Uint8Array(8)
  writeU32(sizes, 0, text.length)
  writeU32(sizes, 4, crc32(text, 0))
  return Buffer.concat([text, sizes, magic])
}

/** How long the text before the trailer's fixed end is. @throws {Error} these are not such an end's bytes */
export function textBytesOf(fixed: Uint8Array): number {
  if (Buffer.compare(fixed.subarray(8), magic) !== 0) throw new Error('no manifest is behind the image')
  const bytes = readU32(fixed, 0)
  if (bytes > manifestBytesMax) throw new Error('its manifest is too long')
  return bytes
}

/** @throws {Error} it is damaged @throws {FormatVersionError} */
export function decodeTrailer(id: string, text: Uint8Array, fixed: Uint8Array): SnapshotManifest {
  if (crc32(text, 0) !== readU32(fixed, 4)) throw new Error('its manifest is damaged')
  return checkManifest({ ...bodyOf(parse(Buffer.from(text).toString())), id })
}

/** The checksum of an image's length and checksums. */
export function rootOf(bytes: number, checksums: readonly number[]): string {
  const list = new Uint8Array(8 + 4 * checksums.length)
  writeU64(list, 0, bytes)
  checksums.forEach((checksum, at) => {
    writeU32(list, 8 + 4 * at, checksum)
  })
  return createHash('sha256').update(list).digest('hex')
}

/** How long block `block` of an image of `bytes` is. */
export function blockLength(bytes: number, block: number): number {
  return Math.min(blockBytes, bytes - block * blockBytes)
}

/**
 * Whether what came from another node is a manifest, and at one with itself.
 * @throws {InvalidArgumentError} @throws {FormatVersionError}
 */
export function checkManifest(manifest: SnapshotManifest): SnapshotManifest {
  const { version, applied, bytes, checksums } = manifest
  if (version > manifestVersion)
    throw new FormatVersionError(String(manifest.id), version, manifestVersion, 'the manifest of a snapshot')
  if (version !== manifestVersion) throw noManifest(`it has version ${version}`)
  for (const part of ['index', 'term', 'clock', 'chain'] as const) checkIndex(part, applied?.[part])
  checkIndex('bytes', bytes)
  if (!Array.isArray(checksums) || checksums.length !== Math.ceil(bytes / blockBytes))
    throw noManifest('it has not a checksum for each block')
  for (const checksum of checksums) checkIndex('checksum', checksum)
  if (manifest.root !== rootOf(bytes, checksums)) throw noManifest('its root is not that of its checksums')
  return manifest
}

/** The error of a snapshot that is not what it says. */
export function snapshotMismatch(id: string, what: string, options?: ErrorOptions): SnapshotError {
  const message = `Cannot use snapshot ${id}: ${what}; fetch another`
  return new SnapshotError({ snapshot: id, kind: 'mismatch' }, message, options)
}

function plainOf(manifest: ManifestBody): object {
  const { version, kind, clusterId, isTtlEnabled, applied, membership, bytes, checksums, root, counts } =
    manifest
  const { index, term, clock, chain } = applied
  return {
    version,
    kind,
    clusterId,
    isTtlEnabled,
    applied: { index, term, clock, chain },
    membership: membership && {
      index: membership.at.index,
      term: membership.at.term,
      bytes: Buffer.from(membership.bytes).toString('base64'),
    },
    bytes,
    checksums,
    root,
    counts: { keys: counts.keys, leases: counts.leases, bytes: counts.bytes },
  }
}

function parse(text: string): Readonly<Record<string, unknown>> {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (cause) {
    throw noManifest(messageOf(cause))
  }
  if (typeof parsed !== 'object' || parsed === null) throw noManifest('it is no object')
  return parsed as Readonly<Record<string, unknown>>
}

function bodyOf(parsed: Readonly<Record<string, unknown>>): ManifestBody {
  const body = parsed as unknown as Omit<ManifestBody, 'membership'>
  const membership = parsed['membership'] as { index: number; term: number; bytes: string } | undefined
  return {
    ...body,
    applied: Object.freeze({ ...body.applied }),
    membership: membership && {
      at: { index: membership.index, term: membership.term },
      bytes: new Uint8Array(Buffer.from(membership.bytes, 'base64')),
    },
  }
}

function noManifest(what: string): InvalidArgumentError {
  return new InvalidArgumentError('manifest', `Cannot use this as the manifest of a snapshot: ${what}`)
}
