/**
 * The bytes of a row, wherever it is stored or sent by itself: u16 length of the key, u32 length of the value, u64 createIndex,
 * u64 modIndex, u64 expireAt (0: never), key, value. Numbers are big-endian. No checksum: what is around it has one.
 */
import { readU32, readU64, writeU32, writeU64 } from '../../codec/index.ts'
import { copyOf, type Row } from './values.ts'

const at = { keyBytes: 0, valueBytes: 2, createIndex: 6, modIndex: 14, expireAt: 22, key: 30 } as const

export function rowBytes(row: Row): number {
  return at.key + row.key.length + row.value.length
}

/** Writes `row` into `bytes` at `from`, where there is room for it. Returns where it ends. */
export function writeRow(bytes: Uint8Array, from: number, row: Row): number {
  bytes[from] = row.key.length >>> 8
  bytes[from + 1] = row.key.length
  writeU32(bytes, from + at.valueBytes, row.value.length)
  writeU64(bytes, from + at.createIndex, row.createIndex)
  writeU64(bytes, from + at.modIndex, row.modIndex)
  writeU64(bytes, from + at.expireAt, row.expireAt ?? 0)
  bytes.set(row.key, from + at.key)
  bytes.set(row.value, from + at.key + row.key.length)
  return from + rowBytes(row)
}

export interface FoundRow {
  readonly row: Row
  /** Where it ends. */
  readonly to: number
}

/** The row at `from`, whose key and value are copies. `undefined` when `bytes` end before it does. */
export function readRow(bytes: Uint8Array, from: number): FoundRow | undefined {
  const found = openRow(bytes, from)
  return found && { row: copyOf(found.row), to: found.to }
}

/** As {@link readRow}, and key and value are parts of `bytes`. */
export function openRow(bytes: Uint8Array, from: number): FoundRow | undefined {
  if (from + at.key > bytes.length) return undefined
  const keyBytes = ((bytes[from] ?? 0) << 8) | (bytes[from + 1] ?? 0)
  const valueFrom = from + at.key + keyBytes
  const to = valueFrom + readU32(bytes, from + at.valueBytes)
  if (to > bytes.length) return undefined
  const expireAt = readU64(bytes, from + at.expireAt)
  const row = {
    key: bytes.subarray(from + at.key, valueFrom),
    value: bytes.subarray(valueFrom, to),
    createIndex: readU64(bytes, from + at.createIndex),
    modIndex: readU64(bytes, from + at.modIndex),
    expireAt: expireAt === 0 ? undefined : expireAt,
  }
  return { row, to }
}
