/** What a segment says of itself at its beginning, and what it is called. Pure. */
import {
  decodeFrame,
  describeDefect,
  encodeFrame,
  type FrameDefect,
  frameOverheadBytes,
  frameVersion,
  readU64,
  writeU64,
} from '../../codec/index.ts'
import { CorruptionError, FormatVersionError } from '../../errors.ts'
import { nonceBytes } from './wal-record.ts'

export const storeIdBytes = 16
const segmentVersion = 1
const at = { version: 0, sequence: 1, storeId: 9, nonce: 9 + storeIdBytes } as const
const payloadBytes = at.nonce + nonceBytes

/** Where the first record begins: the frame of the header, and zeros up to a multiple of 8. */
export const segmentHeaderBytes = 48
/** Sixteen digits: every safe integer, and names sort as numbers do. */
const namePattern = /^wal-(\d{16})\.log$/

export interface SegmentHeader {
  /** Segments are numbered one after the other, from 1. */
  readonly sequence: number
  /** Of the state machine that it belongs to. */
  readonly storeId: Uint8Array
  /** Of this segment alone. */
  readonly nonce: Uint8Array
}

export function segmentName(sequence: number): string {
  return `wal-${String(sequence).padStart(16, '0')}.log`
}

/** The number in a segment's name; `undefined` when it is not one. */
export function sequenceIn(name: string): number | undefined {
  const sequence = Number(namePattern.exec(name)?.[1] ?? 0)
  return Number.isSafeInteger(sequence) && sequence > 0 ? sequence : undefined
}

export function encodeSegmentHeader({ sequence, storeId, nonce }: SegmentHeader): Uint8Array {
  const payload = new Uint8Array(payloadBytes)
  payload[at.version] = segmentVersion
  writeU64(payload, at.sequence, sequence)
  payload.set(storeId, at.storeId)
  payload.set(nonce, at.nonce)
  const bytes = new Uint8Array(segmentHeaderBytes)
  bytes.set(encodeFrame(keyOf(sequence), payload))
  return bytes
}

/**
 * @param name  of the state machine, for errors
 * @throws {CorruptionError} it is not the header of segment `sequence` of this state machine. A crash leaves none such: a segment
 *   gets its name when its header is durable
 * @throws {FormatVersionError} a later version of Holdfast wrote it
 */
export function decodeSegmentHeader(
  name: string,
  sequence: number,
  expected: { readonly storeId: Uint8Array },
  segment: Uint8Array,
): SegmentHeader {
  const corrupt = (what: string): CorruptionError => headerCorruption(name, sequence, what)
  if (segment.length < segmentHeaderBytes) throw corrupt(`has ${segment.length} bytes of its header`)
  const frame = segment.subarray(0, frameOverheadBytes + payloadBytes)
  const { payload, defect } = decodeFrame(keyOf(sequence), frame)
  if (defect !== undefined) throw headerDefect(name, sequence, defect)
  const version = payload[at.version] ?? 0
  if (version !== segmentVersion) throw newer(name, sequence, version, segmentVersion)
  if (segment.subarray(frame.length, segmentHeaderBytes).some((byte) => byte !== 0)) {
    throw corrupt('has bytes in its header that do not belong there')
  }
  const storeId = payload.subarray(at.storeId, at.nonce)
  if (Buffer.compare(storeId, expected.storeId) !== 0) throw corrupt('belongs to another state machine')
  return { sequence: readU64(payload, at.sequence), storeId, nonce: payload.subarray(at.nonce) }
}

function headerDefect(name: string, sequence: number, defect: FrameDefect): Error {
  if (defect.kind === 'version') return newer(name, sequence, defect.found, frameVersion)
  return headerCorruption(name, sequence, `has a header with ${describeDefect(defect)}`)
}

function headerCorruption(name: string, sequence: number, what: string): CorruptionError {
  const file = segmentName(sequence)
  return new CorruptionError({ log: name, file, offset: 0 }, `${file} ${what}`)
}

function newer(name: string, sequence: number, found: number, supported: number): FormatVersionError {
  return new FormatVersionError(name, found, supported, `segment ${segmentName(sequence)}`)
}

function keyOf(sequence: number): Uint8Array {
  return Buffer.from(`segment ${sequence}`)
}
