/**
 * What is stored in a generation's three databases. `rows`: key to a framed u64 createIndex, u64 modIndex, u64 expireAt (0: never),
 * value. `leases`: u64 expireAt and key, to nothing. `meta`: `applied`, `membership`, `format`, framed. Numbers are big-endian.
 */
import { readU32, readU64, writeU32, writeU64 } from '../../codec/index.ts'
import type { AppliedState, Lease, Membership, Row, StateFormat, StoredCounts } from '../core/values.ts'

export const databaseNames = ['state.rows', 'state.leases', 'state.meta'] as const

export const metaKeys: Readonly<Record<'applied' | 'membership' | 'format', Uint8Array>> = {
  applied: Buffer.from('applied'),
  membership: Buffer.from('membership'),
  format: Buffer.from('format'),
}

export const formatVersion = 1
const rowHeaderBytes = 24
const appliedBytes = 52
export const noValue: Uint8Array = new Uint8Array()

/** How long the record of a row is, before its frame. */
export function rowRecordBytes({ value }: Row): number {
  return rowHeaderBytes + value.length
}

/** Writes the record of a row, before its frame, into `bytes` at `at`, where there is room for it. */
export function writeRowRecord(bytes: Uint8Array, at: number, row: Row): void {
  writeU64(bytes, at, row.createIndex)
  writeU64(bytes, at + 8, row.modIndex)
  writeU64(bytes, at + 16, row.expireAt ?? 0)
  bytes.set(row.value, at + rowHeaderBytes)
}

/** `payload` is kept: the value is a part of it. `undefined` when it is too short to be a row. */
export function decodeRowValue(key: Uint8Array, payload: Uint8Array): Row | undefined {
  if (payload.length < rowHeaderBytes) return undefined
  const expireAt = readU64(payload, 16)
  return {
    key,
    value: payload.subarray(rowHeaderBytes),
    createIndex: readU64(payload, 0),
    modIndex: readU64(payload, 8),
    expireAt: expireAt === 0 ? undefined : expireAt,
  }
}

export function leaseKey({ expireAt, key }: Lease): Uint8Array {
  const bytes = new Uint8Array(8 + key.length)
  writeU64(bytes, 0, expireAt)
  bytes.set(key, 8)
  return bytes
}

export function decodeLeaseKey(bytes: Uint8Array): Lease {
  return { expireAt: readU64(bytes, 0), key: new Uint8Array(bytes.subarray(8)) }
}

export function encodeApplied({ index, term, clock, chain }: AppliedState, counts: StoredCounts): Uint8Array {
  const bytes = new Uint8Array(appliedBytes)
  writeU64(bytes, 0, index)
  writeU64(bytes, 8, term)
  writeU64(bytes, 16, clock)
  writeU32(bytes, 24, chain)
  writeU64(bytes, 28, counts.keys)
  writeU64(bytes, 36, counts.leases)
  writeU64(bytes, 44, counts.bytes)
  return bytes
}

export function decodeApplied(
  bytes: Uint8Array,
): { readonly applied: AppliedState; readonly counts: StoredCounts } | undefined {
  if (bytes.length !== appliedBytes) return undefined
  const applied = {
    index: readU64(bytes, 0),
    term: readU64(bytes, 8),
    clock: readU64(bytes, 16),
    chain: readU32(bytes, 24),
  }
  const counts = { keys: readU64(bytes, 28), leases: readU64(bytes, 36), bytes: readU64(bytes, 44) }
  return { applied: Object.freeze(applied), counts }
}

export function encodeMembership({ at, bytes }: Membership): Uint8Array {
  const record = new Uint8Array(16 + bytes.length)
  writeU64(record, 0, at.index)
  writeU64(record, 8, at.term)
  record.set(bytes, 16)
  return record
}

export function decodeMembership(record: Uint8Array): Membership | undefined {
  if (record.length < 16) return undefined
  const at = { index: readU64(record, 0), term: readU64(record, 8) }
  return Object.freeze({ at, bytes: new Uint8Array(record.subarray(16)) })
}

export function encodeFormat({ clusterId, isTtlEnabled }: StateFormat): Uint8Array {
  const version = new Uint8Array(5)
  writeU32(version, 0, formatVersion)
  version[4] = isTtlEnabled ? 1 : 0
  return Buffer.concat([version, Buffer.from(clusterId)])
}

export function decodeFormat(bytes: Uint8Array): { readonly version: number; readonly format: StateFormat } {
  const clusterId = Buffer.from(bytes.subarray(5)).toString()
  return { version: readU32(bytes, 0), format: Object.freeze({ clusterId, isTtlEnabled: bytes[4] === 1 }) }
}
