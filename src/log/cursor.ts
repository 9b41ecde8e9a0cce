/**
 * Pure arithmetic of `firstIndex`, `nextIndex` and `compactedIndex`: the one place that knows how an operation moves them.
 *
 * Four numbers are stored, from which the three are derived:
 *
 *     first <= denseFrom <= end          floor
 *
 * - Entries live in `[first, end)`; every index of `[denseFrom, end)` is stored. Below `denseFrom` there may be a hole, which
 *   only a floor that jumped past the end of a log with entries leaves behind (a snapshot from a leader).
 * - `floor` is the compaction floor, anywhere.
 * - `nextIndex` is `max(end, floor)`: the next append continues at the floor when a snapshot covers more than the log holds.
 *   A floor that is lowered again gives back what it had added, and never less than `end`: a store that kept the higher
 *   number would claim to have accepted entries that it never stored.
 */
import { CompactedError, InvalidArgumentError, LogGapError } from '../errors.ts'

export interface Cursor {
  readonly first: number
  readonly denseFrom: number
  readonly end: number
  readonly floor: number
}

export const emptyCursor: Cursor = Object.freeze({ first: 0, denseFrom: 0, end: 0, floor: 0 })

export function isCoherent({ first, denseFrom, end, floor }: Cursor): boolean {
  return (
    [first, denseFrom, end, floor].every(Number.isSafeInteger) &&
    0 <= first &&
    first <= denseFrom &&
    denseFrom <= end &&
    0 <= floor
  )
}

export function isSame(a: Cursor, b: Cursor): boolean {
  return a.first === b.first && a.denseFrom === b.denseFrom && a.end === b.end && a.floor === b.floor
}

export function nextIndex(cursor: Cursor): number {
  return Math.max(cursor.end, cursor.floor)
}

/** An empty log's first index is where its next entry will be. */
export function firstIndex(cursor: Cursor): number {
  return cursor.first < cursor.end ? cursor.first : nextIndex(cursor)
}

export function compactedIndex(cursor: Cursor): number {
  return cursor.floor
}

export function append(cursor: Cursor, count: number): Cursor {
  if (count === 0) return cursor
  const from = nextIndex(cursor)
  const jumps = from > cursor.end
  const isEmpty = cursor.first === cursor.end
  return {
    first: isEmpty ? from : cursor.first,
    denseFrom: jumps || isEmpty ? from : cursor.denseFrom,
    end: endAfter(from, count),
    floor: cursor.floor,
  }
}

/** @throws {InvalidArgumentError} the entries would run past the last index there is */
function endAfter(from: number, count: number): number {
  const end = from + count
  if (end <= Number.MAX_SAFE_INTEGER) return end
  throw new InvalidArgumentError(
    'entries',
    `Cannot write ${count} entries from index ${from}: ${Number.MAX_SAFE_INTEGER} is the last index there is`,
  )
}

/** Removes every entry at or above `from`, then adds `count` there. */
export function replaceSuffix(cursor: Cursor, from: number, count: number): Cursor {
  const first = firstIndex(cursor)
  const next = nextIndex(cursor)
  if (from < first || from < cursor.floor) {
    throw new CompactedError({ index: from, firstIndex: first, compactedIndex: cursor.floor })
  }
  if (from > next && count > 0) throw new LogGapError({ index: from, nextIndex: next })
  if (from >= next) return append(cursor, count)
  // Here from < end: it is at or above the floor, so `next` is `end`.
  return {
    first: cursor.first,
    denseFrom: Math.min(cursor.denseFrom, from),
    end: endAfter(from, count),
    floor: cursor.floor,
  }
}

/** Removes the entries below `upTo`. Never moves `nextIndex`. */
export function trim(cursor: Cursor, upTo: number): Cursor {
  const first = Math.max(cursor.first, Math.min(upTo, cursor.end))
  return { ...cursor, first, denseFrom: Math.max(cursor.denseFrom, first) }
}

/** Sets the compaction floor, up or down. */
export function compact(cursor: Cursor, index: number): Cursor {
  // Never -0, which is an index like 0 and would be shown as one of its own.
  return { ...cursor, floor: Math.max(0, index) }
}
