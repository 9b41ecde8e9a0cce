/**
 * One record of the write-ahead log, as bytes. Pure.
 *
 * u32 length of the payload | u32 checksum of where and how long it is | frame of the payload | zeros up to a multiple of 8.
 *
 * Both checksums cover the segment's nonce and the record's offset, so bytes that look like a record, and lie elsewhere or come
 * from another segment, are none. The first one makes it cheap to ask whether a record begins at some place: that is how a torn
 * tail is told from damage, also when an adversary chose the values that are stored.
 */
import {
  decodeFrame,
  encodeFrame,
  frameOverheadBytes,
  readU32,
  readU64,
  writeU32,
  writeU64,
} from '../../codec/index.ts'

export const recordHeadBytes = 8
export const recordAlignment = 8
export const nonceBytes = 16
/** Of the payload, before the body: u8 kind, u64 how far the segment was synced. */
const payloadHeadBytes = 9
/** Far above what a chunk may have: a longer record is none of ours. */
export const recordBytesMax: number = 256 * 1024 * 1024

/** `batch` has a body; `seal` ends a segment that another one follows. */
export const recordKinds = ['batch', 'seal'] as const
export type RecordKind = (typeof recordKinds)[number]

export interface WalRecord {
  readonly kind: RecordKind
  /**
   * Offset in its segment below which everything was durable when this record was written. So damage below it is damage; above
   * it, a loss of power may have taken what was not synced.
   */
  readonly syncedThrough: number
  /** A view of the memory that was read. */
  readonly body: Uint8Array
  readonly offset: number
  /** Where the next record begins. */
  readonly end: number
}

/** The record's bytes, padded, as it is to be written at `offset` of the segment with `nonce`. */
export function encodeRecord(
  nonce: Uint8Array,
  record: Pick<WalRecord, 'kind' | 'syncedThrough' | 'body' | 'offset'>,
): Uint8Array {
  const { kind, syncedThrough, body, offset } = record
  const payload = new Uint8Array(payloadHeadBytes + body.length)
  payload[0] = recordKinds.indexOf(kind) + 1
  writeU64(payload, 1, syncedThrough)
  payload.set(body, payloadHeadBytes)
  const key = keyOf(nonce, offset, payload.length)
  const bytes = new Uint8Array(endOf(offset, payload.length) - offset)
  writeU32(bytes, 0, payload.length)
  writeU32(bytes, 4, headChecksum(key))
  bytes.set(encodeFrame(key, payload), recordHeadBytes)
  return bytes
}

/** The record that begins at `offset` of a segment's bytes, or `undefined` when none does that is whole and unchanged. */
export function decodeRecord(nonce: Uint8Array, segment: Uint8Array, offset: number): WalRecord | undefined {
  const length = payloadLengthAt(nonce, segment, offset)
  if (length === undefined) return undefined
  const end = endOf(offset, length)
  const frameEnd = offset + recordHeadBytes + frameOverheadBytes + length
  if (end > segment.length || segment.subarray(frameEnd, end).some((byte) => byte !== 0)) return undefined
  const key = keyOf(nonce, offset, length)
  const { payload } = decodeFrame(key, segment.subarray(offset + recordHeadBytes, frameEnd))
  const kind = recordKinds[(payload?.[0] ?? 0) - 1]
  if (payload === undefined || kind === undefined) return undefined
  return { kind, syncedThrough: readU64(payload, 1), body: payload.subarray(payloadHeadBytes), offset, end }
}

/** What the record at `offset` says of its length, if a record was ever begun there. */
function payloadLengthAt(nonce: Uint8Array, segment: Uint8Array, offset: number): number | undefined {
  if (offset + recordHeadBytes > segment.length) return undefined
  const length = readU32(segment, offset)
  if (length < payloadHeadBytes || length > recordBytesMax) return undefined
  return readU32(segment, offset + 4) === headChecksum(keyOf(nonce, offset, length)) ? length : undefined
}

function endOf(offset: number, payloadBytes: number): number {
  const end = offset + recordHeadBytes + frameOverheadBytes + payloadBytes
  return Math.ceil(end / recordAlignment) * recordAlignment
}

function keyOf(nonce: Uint8Array, offset: number, length: number): Uint8Array {
  const key = new Uint8Array(nonceBytes + 12)
  key.set(nonce)
  writeU64(key, nonceBytes, offset)
  writeU32(key, nonceBytes + 8, length)
  return key
}

const nothing = new Uint8Array()

/** A frame's checksum, of the key alone. */
function headChecksum(key: Uint8Array): number {
  return readU32(encodeFrame(key, nothing), 1)
}
