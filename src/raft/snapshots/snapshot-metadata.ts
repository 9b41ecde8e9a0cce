/**
 * The bytes of a metadata file: a frame whose key is the snapshot's id, so that metadata under another name is told apart from
 * its own, around a version, five numbers of fixed place, and the membership.
 */
import { strict as assert } from 'node:assert'
import {
  decodeFrame,
  describeDefect,
  encodeFrame,
  frameOverheadBytes,
  frameVersion,
  readU64,
  writeU64,
} from '../../codec/index.ts'
import { FormatVersionError, type SnapshotError } from '../../errors.ts'
import { snapshotDefect } from './snapshot-defects.ts'
import { parseSnapshotId } from './snapshot-id.ts'
import type { SnapshotInfo } from './snapshot-info.ts'

/** Of the payload; the frame has its own. */
const metadataVersion = 1
const at = {
  index: 1,
  term: 9,
  bytes: 17,
  createdAt: 25,
  sha256: 33,
  hasMembership: 65,
  membership: 66,
} as const

export const membershipBytesMax: number = 1024 * 1024
/** No metadata file that we wrote is longer: a longer one need not be read. */
export const metadataBytesMax: number = frameOverheadBytes + at.membership + membershipBytesMax

export function encodeSnapshotMetadata(info: SnapshotInfo): Uint8Array {
  const { membership = new Uint8Array() } = info
  const payload = new Uint8Array(at.membership + membership.length)
  payload[0] = metadataVersion
  writeU64(payload, at.index, info.index)
  writeU64(payload, at.term, info.term)
  writeU64(payload, at.bytes, info.bytes)
  writeU64(payload, at.createdAt, info.createdAt)
  payload.set(Buffer.from(info.sha256, 'hex'), at.sha256)
  payload[at.hasMembership] = info.membership === undefined ? 0 : 1
  payload.set(membership, at.membership)
  return encodeFrame(keyOf(info.id), payload)
}

/**
 * @param name  of the store, for errors
 * @throws {SnapshotError} the bytes are not what was written for snapshot `id`
 * @throws {FormatVersionError} a later version of Holdfast wrote them
 */
export function decodeSnapshotMetadata(name: string, id: string, frame: Uint8Array): SnapshotInfo {
  const { payload, defect } = decodeFrame(keyOf(id), frame)
  if (defect?.kind === 'version') throw newerFormat(name, id, defect.found, frameVersion)
  if (defect !== undefined) throw corrupt(id, `has ${describeDefect(defect)}`)
  const version = payload[0] ?? 0
  if (version > metadataVersion) throw newerFormat(name, id, version, metadataVersion)
  if (version === 0 || payload.length < at.membership)
    throw corrupt(id, `has ${payload.length} bytes of version ${version}`)
  return decodePayload(id, payload)
}

function decodePayload(id: string, payload: Uint8Array): SnapshotInfo {
  const info = {
    id,
    index: readU64(payload, at.index),
    term: readU64(payload, at.term),
    bytes: readU64(payload, at.bytes),
    createdAt: readU64(payload, at.createdAt),
    sha256: Buffer.from(payload.subarray(at.sha256, at.hasMembership)).toString('hex'),
  }
  const named = parseSnapshotId(id)
  // The checksum was right, so this is a defect of ours.
  assert(named?.index === info.index && named.term === info.term, `metadata of ${id} is of another snapshot`)
  if (payload[at.hasMembership] === 0) return info
  return { ...info, membership: new Uint8Array(payload.subarray(at.membership)) }
}

function keyOf(id: string): Uint8Array {
  return Buffer.from(`snapshot ${id}`)
}

function corrupt(id: string, what: string): SnapshotError {
  return snapshotDefect(id, 'corrupt', `its metadata ${what}`)
}

function newerFormat(name: string, id: string, found: number, supported: number): FormatVersionError {
  return new FormatVersionError(name, found, supported, `the metadata of snapshot ${id}`)
}
