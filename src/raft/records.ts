/** The metadata of Raft storage: its names, and its bytes. All numbers are u64, big-endian. */
import { readU64, writeU64 } from '../codec/index.ts'
import type { LogId } from './entry.ts'

export const metaKeys = {
  head: 'raft.head',
  vote: 'raft.vote',
  commit: 'raft.commit',
} as const

/** Where the log begins. */
export interface Head {
  /** The place just before the first entry: the last one purged, or covered by an installed snapshot. */
  readonly boundary: LogId
  /**
   * What is added to a Raft index to give the index in the log underneath. 0 until a reset, which restarts the Raft indexes at
   * 1; the indexes of the log underneath never come back.
   */
  readonly origin: number
}

/** The place before the first entry of a fresh log. */
export const noLogId: LogId = Object.freeze({ index: 0, term: 0 })
export const freshHead: Head = Object.freeze({ boundary: noLogId, origin: 0 })

export function encodeHead({ boundary, origin: offset }: Head): Uint8Array {
  return encodeNumbers(boundary.index, boundary.term, offset)
}

/** `undefined` when the bytes are no head. */
export function decodeHead(bytes: Uint8Array): Head | undefined {
  const [index, term, offset] = decodeNumbers(bytes, 3)
  if (index === undefined || term === undefined || offset === undefined) return undefined
  return { boundary: { index, term }, origin: offset }
}

/** A server's id: a safe integer >= 0, or a text of 1 to 255 bytes of UTF-8. */
export type ServerId = number | string

export interface Vote {
  readonly currentTerm: number
  readonly votedFor: ServerId | undefined
}

const idTags = { none: 0, number: 1, text: 2 } as const
const idOffset = 9

/** u64 term, u8 what kind of id follows, then the id: nothing, a u64, or UTF-8. */
export function encodeVote({ currentTerm, votedFor }: Vote): Uint8Array {
  const id =
    votedFor === undefined
      ? new Uint8Array()
      : typeof votedFor === 'number'
        ? encodeNumbers(votedFor)
        : new TextEncoder().encode(votedFor)
  const bytes = new Uint8Array(idOffset + id.length)
  writeU64(bytes, 0, currentTerm)
  bytes[8] = idTags[votedFor === undefined ? 'none' : typeof votedFor === 'number' ? 'number' : 'text']
  bytes.set(id, idOffset)
  return bytes
}

/** `undefined` when the bytes are no vote. Throws what the text decoder throws. */
export function decodeVote(bytes: Uint8Array): Vote | undefined {
  if (bytes.length < idOffset) return undefined
  const currentTerm = readU64(bytes, 0)
  if (!Number.isSafeInteger(currentTerm)) return undefined
  const id = bytes.subarray(idOffset)
  switch (bytes[8]) {
    case idTags.none:
      return id.length === 0 ? { currentTerm, votedFor: undefined } : undefined
    case idTags.number: {
      const votedFor = decodeNumber(id)
      return votedFor === undefined ? undefined : { currentTerm, votedFor }
    }
    case idTags.text:
      return id.length === 0
        ? undefined
        : { currentTerm, votedFor: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(id) }
    default:
      return undefined
  }
}

export function encodeNumber(value: number): Uint8Array {
  return encodeNumbers(value)
}

/** `undefined` when the bytes are no number. */
export function decodeNumber(bytes: Uint8Array): number | undefined {
  return decodeNumbers(bytes, 1)[0]
}

function encodeNumbers(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 8)
  for (const [position, value] of values.entries()) writeU64(bytes, position * 8, value)
  return bytes
}

/** `count` numbers, or none when the bytes are not just these. */
function decodeNumbers(bytes: Uint8Array, count: number): number[] {
  if (bytes.length !== count * 8) return []
  const values = Array.from({ length: count }, (_, position) => readU64(bytes, position * 8))
  return values.every(Number.isSafeInteger) ? values : []
}
