/**
 * What an entry did, as facts: never the command, so that applying it again cannot decide anything anew. The same bytes are the
 * body of a write-ahead log and what the rolling checksum is taken over.
 *
 * u64 index, u64 term, u64 clock after it, u8 result code, u8 count of effects, then for each effect: u8 kind and its body.
 */
import { crc32, readU32, readU64, writeU32, writeU64 } from '../../codec/index.ts'
import type { LogId } from '../../raft/index.ts'
import { type ResultCode, resultCodes } from './result-codes.ts'
import { readRow, rowBytes, writeRow } from './row-codec.ts'
import type { AppliedState, Row } from './values.ts'

export type Effect =
  /** The row is as given, whatever it was before. */
  | { readonly kind: 'put'; readonly row: Row }
  /** The row is gone. */
  | { readonly kind: 'delete'; readonly key: Uint8Array }
  /** The row expires then; the rest of it is as it was. */
  | { readonly kind: 'touch'; readonly key: Uint8Array; readonly expireAt: number }
  /** The membership is as given, said by this entry. */
  | { readonly kind: 'membership'; readonly bytes: Uint8Array }

export interface AppliedEntry extends LogId {
  /** The replicated clock after it. */
  readonly clock: number
  readonly code: ResultCode
  /** In order; most entries have one. */
  readonly effects: readonly Effect[]
}

const headerBytes = 26
const effectKinds = ['put', 'delete', 'touch', 'membership'] as const

export function encodeAppliedEntry(entry: AppliedEntry): Uint8Array {
  const sizes = entry.effects.reduce((sum, effect) => sum + 1 + effectBytes(effect), headerBytes)
  const bytes = Buffer.allocUnsafe(sizes)
  writeU64(bytes, 0, entry.index)
  writeU64(bytes, 8, entry.term)
  writeU64(bytes, 16, entry.clock)
  bytes[24] = resultCodes.indexOf(entry.code)
  bytes[25] = entry.effects.length
  let at = headerBytes
  for (const effect of entry.effects) {
    bytes[at] = effectKinds.indexOf(effect.kind) + 1
    at = writeEffect(bytes, at + 1, effect)
  }
  return bytes
}

/** The entry at `from`, whose bytes are copies, and where it ends. `undefined` when it is none: it is cut short, or not ours. */
export function decodeAppliedEntry(
  bytes: Uint8Array,
  from: number,
): { readonly entry: AppliedEntry; readonly to: number } | undefined {
  if (from + headerBytes > bytes.length) return undefined
  const code = resultCodes[bytes[from + 24] ?? 0]
  if (code === undefined) return undefined
  const effects: Effect[] = []
  let to = from + headerBytes
  for (let count = bytes[from + 25] ?? 0; count > 0; count--) {
    const found = readEffect(bytes, to)
    if (found === undefined) return undefined
    effects.push(found.effect)
    to = found.to
  }
  const [index, term, clock] = [0, 8, 16].map((offset) => readU64(bytes, from + offset)) as [
    number,
    number,
    number,
  ]
  return { entry: { index, term, clock, code, effects }, to }
}

/** What was applied after `entry`, whose encoding `encoded` is, was applied on `before`. Not frozen yet: another may follow. */
export function rollOn(before: AppliedState, entry: AppliedEntry, encoded: Uint8Array): AppliedState {
  const { index, term, clock } = entry
  return { index, term, clock, chain: crc32(encoded, before.chain) }
}

function effectBytes(effect: Effect): number {
  switch (effect.kind) {
    case 'put':
      return rowBytes(effect.row)
    case 'delete':
      return 2 + effect.key.length
    case 'touch':
      return 10 + effect.key.length
    case 'membership':
      return 4 + effect.bytes.length
    default:
      return effect satisfies never
  }
}

/** `delete`: u16 length, key. `touch`: u64 expireAt, u16 length, key. `membership`: u32 length, bytes. `put`: a row. */
function writeEffect(bytes: Uint8Array, at: number, effect: Effect): number {
  switch (effect.kind) {
    case 'put':
      return writeRow(bytes, at, effect.row)
    case 'delete':
      return writeKey(bytes, at, effect.key)
    case 'touch':
      writeU64(bytes, at, effect.expireAt)
      return writeKey(bytes, at + 8, effect.key)
    case 'membership':
      writeU32(bytes, at, effect.bytes.length)
      bytes.set(effect.bytes, at + 4)
      return at + 4 + effect.bytes.length
    default:
      return effect satisfies never
  }
}

function readEffect(
  bytes: Uint8Array,
  at: number,
): { readonly effect: Effect; readonly to: number } | undefined {
  const kind = effectKinds[(bytes[at] ?? 0) - 1]
  const from = at + 1
  switch (kind) {
    case 'put': {
      const found = readRow(bytes, from)
      return found && { effect: { kind, row: found.row }, to: found.to }
    }
    case 'delete': {
      const key = readKey(bytes, from)
      return key && { effect: { kind, key }, to: from + 2 + key.length }
    }
    case 'touch': {
      const key = readKey(bytes, from + 8)
      return key && { effect: { kind, key, expireAt: readU64(bytes, from) }, to: from + 10 + key.length }
    }
    case 'membership': {
      const membership = from + 4 > bytes.length ? undefined : take(bytes, from + 4, readU32(bytes, from))
      return membership && { effect: { kind, bytes: membership }, to: from + 4 + membership.length }
    }
    case undefined:
      return undefined
    default:
      return kind satisfies never
  }
}

function writeKey(bytes: Uint8Array, at: number, key: Uint8Array): number {
  bytes[at] = key.length >>> 8
  bytes[at + 1] = key.length
  bytes.set(key, at + 2)
  return at + 2 + key.length
}

function readKey(bytes: Uint8Array, at: number): Uint8Array | undefined {
  if (at + 2 > bytes.length) return undefined
  return take(bytes, at + 2, ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0))
}

function take(bytes: Uint8Array, from: number, count: number): Uint8Array | undefined {
  return from + count > bytes.length ? undefined : new Uint8Array(bytes.subarray(from, from + count))
}
