/**
 * How a log lies in a store of ordered keys: one byte of tag, then what it names. The tags are in this order so that the
 * entries are the highest keys, and an append always adds a new highest one.
 *
 *     01                    the cursor: first, denseFrom, end, floor as four u64
 *     02 name (UTF-8)       metadata
 *     03 index (u64)        an entry
 *
 * Every value is framed (codec/frame.ts) with its whole key under the checksum.
 */
import { readU64, writeU64 } from '../codec/index.ts'
import type { Cursor } from './cursor.ts'

const tags = { cursor: 0x01, meta: 0x02, entry: 0x03 } as const
interface Range {
  readonly from: Uint8Array
  readonly to: Uint8Array
}

const entryKeyBytes = 9
const cursorBytes = 32

export const cursorKey: Uint8Array = Uint8Array.of(tags.cursor)
/** Bounds of the ranges, as `[from, to)`. */
export const metaKeyRange: Range = { from: Uint8Array.of(tags.meta), to: Uint8Array.of(tags.entry) }
export const entryKeyRange: Range = { from: Uint8Array.of(tags.entry), to: Uint8Array.of(tags.entry + 1) }

export function entryKey(index: number): Uint8Array {
  return changeEntryKey(Buffer.allocUnsafe(entryKeyBytes), index)
}

/** Makes `key`, an entry's, that of `index`: a batch needs no memory anew for each. */
export function changeEntryKey(key: Uint8Array, index: number): Uint8Array {
  key[0] = tags.entry
  writeU64(key, 1, index)
  return key
}

export function metaKey(name: string): Uint8Array {
  return Buffer.concat([metaKeyRange.from, Buffer.from(name, 'utf8')])
}

/** The index in an entry's key, or `undefined` when the key is not one. */
export function indexOfKey(key: Uint8Array): number | undefined {
  if (key.length !== entryKeyBytes || key[0] !== tags.entry) return undefined
  const index = readU64(key, 1)
  return Number.isSafeInteger(index) ? index : undefined
}

export function isMetaKey(key: Uint8Array): boolean {
  return key[0] === tags.meta && key.length > 1
}

export function encodeCursor({ first, denseFrom, end, floor }: Cursor): Uint8Array {
  const bytes = new Uint8Array(cursorBytes)
  writeU64(bytes, 0, first)
  writeU64(bytes, 8, denseFrom)
  writeU64(bytes, 16, end)
  writeU64(bytes, 24, floor)
  return bytes
}

/** `undefined` when the bytes have the wrong length; whether the numbers make sense is for the reader to check. */
export function decodeCursor(bytes: Uint8Array): Cursor | undefined {
  if (bytes.length !== cursorBytes) return undefined
  return {
    first: readU64(bytes, 0),
    denseFrom: readU64(bytes, 8),
    end: readU64(bytes, 16),
    floor: readU64(bytes, 24),
  }
}
