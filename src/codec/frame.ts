/**
 * The frame around every stored value: one byte of format version, four bytes of CRC-32 (big-endian), the payload.
 *
 * The checksum covers the version, the key that the value is stored under, and the payload. So a flipped bit, a value that
 * turns up under another key, and a torn value are all told apart from data; no checksum of 32 bits catches every possible
 * change of many bytes (one in 2^32 passes by chance).
 */
import { crc32 } from './checksum.ts'
import { readU32, writeU32 } from './u64.ts'

export const frameVersion = 1
export const frameOverheadBytes = 5
const checksumOfVersion = crc32(Uint8Array.of(frameVersion), 0)

/** Why a frame is not to be trusted. */
export type FrameDefect =
  | { readonly kind: 'truncated'; readonly expectedBytes: number; readonly actualBytes: number }
  | { readonly kind: 'checksum'; readonly stored: number; readonly computed: number }
  | { readonly kind: 'version'; readonly found: number }

export type FrameResult =
  | { readonly payload: Uint8Array; readonly defect?: undefined }
  | { readonly payload?: undefined; readonly defect: FrameDefect }

/** What the checksum of a frame under `key` begins with. Of the first bytes of a key it goes on with the others. */
export function checksumOfKey(key: Uint8Array): number {
  return crc32(key, checksumOfVersion)
}

/** Frames `payload` for storage under `key`. The bytes are copied. */
export function encodeFrame(key: Uint8Array, payload: Uint8Array): Uint8Array {
  // From Buffer's pool, as a frame lives only until it is stored; every byte of it is written below.
  const frame = Buffer.allocUnsafe(frameOverheadBytes + payload.length)
  frame[0] = frameVersion
  frame.set(payload, frameOverheadBytes)
  // Of what was copied: somebody may be writing to the bytes that were given.
  writeU32(frame, 1, checksum(frameVersion, key, frame.subarray(frameOverheadBytes)))
  return frame
}

/**
 * Frames the payload that lies in `memory` from `start` + {@link frameOverheadBytes} to `end`: the frame is then from `start` to `end`.
 */
export function encodeFrameAround(key: Uint8Array, memory: Uint8Array, start: number, end: number): void {
  memory[start] = frameVersion
  const payload = memory.subarray(start + frameOverheadBytes, end)
  writeU32(memory, start + 1, checksum(frameVersion, key, payload))
}

/** Takes the frame off a value read under `key`. The payload is a copy: `frame` may be reused. Never throws. */
export function decodeFrame(key: Uint8Array, frame: Uint8Array): FrameResult {
  return frame.length < frameOverheadBytes
    ? truncated(frame)
    : checkFrame(key, frame, new Uint8Array(frame.subarray(frameOverheadBytes)))
}

/** As {@link decodeFrame}, and the payload is a part of `frame`, which must stay as it is for as long as that is used. */
export function openFrame(key: Uint8Array, frame: Uint8Array): FrameResult {
  return frame.length < frameOverheadBytes
    ? truncated(frame)
    : checkFrame(key, frame, frame.subarray(frameOverheadBytes))
}

function truncated({ length }: Uint8Array): FrameResult {
  return { defect: { kind: 'truncated', expectedBytes: frameOverheadBytes, actualBytes: length } }
}

function checkFrame(key: Uint8Array, frame: Uint8Array, payload: Uint8Array): FrameResult {
  const version = frame[0] ?? 0
  const stored = readU32(frame, 1)
  const computed = checksum(frameVersion, key, payload)
  if (computed !== stored) {
    return version === frameVersion
      ? { defect: { kind: 'checksum', stored, computed } }
      : { defect: { kind: 'version', found: version } }
  }
  // The checksum fits version 1, so it is the version byte itself that was flipped: this is no newer format.
  if (version !== frameVersion) {
    return { defect: { kind: 'checksum', stored, computed: checksum(version, key, payload) } }
  }
  return { payload }
}

/** Says a defect in words, for an error's message. */
export function describeDefect(defect: FrameDefect): string {
  switch (defect.kind) {
    case 'truncated':
      return `${defect.actualBytes} bytes where at least ${defect.expectedBytes} belong`
    case 'checksum':
      return `checksum ${hex(defect.stored)} where ${hex(defect.computed)} belongs`
    case 'version':
      return `format version ${defect.found}`
    default:
      return defect satisfies never
  }
}

function checksum(version: number, key: Uint8Array, payload: Uint8Array): number {
  const ofVersion = version === frameVersion ? checksumOfVersion : crc32(Uint8Array.of(version), 0)
  return crc32(payload, crc32(key, ofVersion))
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`
}
