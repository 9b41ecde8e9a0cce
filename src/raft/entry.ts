/** Entries of a Raft log, and how they become the log's bytes: a fixed header, then the data as the codec gives it. */
import { readU64, writeU64 } from '../codec/index.ts'

export const entryKinds = ['command', 'noop', 'config'] as const

/** What an entry is for: the state machine, nothing (the entry by which a new leader commits), or the membership. */
export type EntryKind = (typeof entryKinds)[number]

/** An entry's place: safe integers >= 0. Index 0 with term 0 is the place before the first entry. */
export interface LogId {
  readonly index: number
  readonly term: number
}

/** One entry. `index` is a safe integer >= 1, `term` one >= 0. */
export interface RaftEntry<T = Uint8Array> extends LogId {
  readonly kind: EntryKind
  readonly data: T
}

/** An entry without its index, which the log knows. */
export interface EntryContent {
  readonly term: number
  readonly kind: EntryKind
  readonly data: Uint8Array
}

/**
 * Bytes that an entry takes in the log beside its data: u8 format version, u8 kind, u64 term. The version lets the header
 * change; the log's own frame has the checksum.
 */
export const entryOverheadBytes = 10

export const entryFormatVersion = 1
const termOffset = 2

export function encodeEntry({ term, kind, data }: EntryContent): Uint8Array {
  const bytes = new Uint8Array(entryOverheadBytes + data.length)
  bytes[0] = entryFormatVersion
  bytes[1] = entryKinds.indexOf(kind) + 1
  writeU64(bytes, termOffset, term)
  bytes.set(data, entryOverheadBytes)
  return bytes
}

/** The header alone, or `undefined` when `bytes` are no entry. */
export function decodeHeader(bytes: Uint8Array): Omit<EntryContent, 'data'> | undefined {
  if (bytes.length < entryOverheadBytes || bytes[0] !== entryFormatVersion) return undefined
  const kind = entryKinds[(bytes[1] ?? 0) - 1]
  const term = readU64(bytes, termOffset)
  return kind !== undefined && Number.isSafeInteger(term) ? { term, kind } : undefined
}

/** The data alone, as bytes of its own. */
export function dataOf(bytes: Uint8Array): Uint8Array {
  return bytes.slice(entryOverheadBytes)
}
