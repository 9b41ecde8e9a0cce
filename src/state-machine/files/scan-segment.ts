/** Walks the records of a segment, and judges how it ends. Pure. */
import { decodeRecord, recordAlignment, type WalRecord } from './wal-record.ts'

/**
 * How a segment ends. `torn`: from `offset` on there is nothing that was known to be durable, as a loss of power in the middle of
 * a write leaves it. `damaged`: a record is not what was written, and a later one proves that it had been durable.
 */
export type SegmentEnd =
  | { readonly kind: 'clean'; readonly offset: number }
  | { readonly kind: 'torn'; readonly offset: number; readonly droppedBytes: number }
  | { readonly kind: 'damaged'; readonly offset: number; readonly provenAt: number }

/** Calls `take` for each record from `from` on, in order, up to the first that is not whole. */
export function scanSegment(
  nonce: Uint8Array,
  segment: Uint8Array,
  from: number,
  take: (record: WalRecord) => void,
): SegmentEnd {
  let offset = from
  while (offset < segment.length) {
    const record = decodeRecord(nonce, segment, offset)
    if (record === undefined) return judgeRest(nonce, segment, offset)
    take(record)
    offset = record.end
  }
  return { kind: 'clean', offset }
}

/** Nothing whole is at `offset`: does anything behind it prove that something was? */
function judgeRest(nonce: Uint8Array, segment: Uint8Array, offset: number): SegmentEnd {
  let at = offset + recordAlignment
  while (at < segment.length) {
    const record = decodeRecord(nonce, segment, at)
    if (record !== undefined && record.syncedThrough > offset) {
      return { kind: 'damaged', offset, provenAt: record.offset }
    }
    at = record?.end ?? at + recordAlignment
  }
  return { kind: 'torn', offset, droppedBytes: segment.length - offset }
}
