/**
 * Pure: what is pending plus new operations give a new pending state, with the entries to write. Nothing here touches a
 * medium; a refused operation leaves through an error, and the old state is as it was.
 */

import type { Cursor } from './cursor.ts'
import * as cursors from './cursor.ts'
import type { LogOp } from './log-store.ts'
import type { EntryRun } from './medium.ts'

/** What is visible and not yet durable. The deferred operations are kept by their effect: the cursor they led to, and metadata. */
export interface Pending {
  readonly cursor: Cursor
  /** `undefined` deletes. */
  readonly meta: ReadonlyMap<string, Uint8Array | undefined>
}

export interface Plan extends Pending {
  readonly runs: readonly EntryRun[]
  /** Every stored entry at or above this index must go. */
  readonly truncateFrom: number
  readonly counts: PlanCounts
}

export interface PlanCounts {
  readonly appendedEntries: number
  readonly appendedBytes: number
  readonly truncatedEntries: number
  readonly trimmedEntries: number
}

/** Applies `ops` in order to `pending`. @throws {CompactedError} @throws {LogGapError} */
export function planOps(pending: Pending, ops: readonly LogOp[]): Plan {
  let cursor = pending.cursor
  let runs: EntryRun[] = []
  let truncateFrom = Number.MAX_SAFE_INTEGER
  const meta = new Map(pending.meta)
  const counts = { appendedEntries: 0, appendedBytes: 0, truncatedEntries: 0, trimmedEntries: 0 }

  const addRun = (from: number, entries: readonly Uint8Array[]): void => {
    if (entries.length === 0) return
    // A list of our own: the caller may change theirs before it is written, from an observer.
    const run = runOf(from, entries.slice())
    runs.push(run)
    counts.appendedEntries += entries.length
    counts.appendedBytes += run.bytes
  }

  for (const op of ops) {
    switch (op.kind) {
      case 'append': {
        const from = cursors.nextIndex(cursor)
        cursor = cursors.append(cursor, op.entries.length)
        addRun(from, op.entries)
        break
      }
      case 'replaceSuffix': {
        const before = cursor
        cursor = cursors.replaceSuffix(before, op.from, op.entries.length)
        if (op.from < before.end) {
          truncateFrom = Math.min(truncateFrom, op.from)
          runs = cutRuns(runs, op.from)
          counts.truncatedEntries += before.end - op.from
        }
        addRun(op.from, op.entries)
        break
      }
      case 'trim': {
        const before = cursor
        cursor = cursors.trim(before, op.upTo)
        counts.trimmedEntries += cursor.first - before.first
        break
      }
      case 'compact':
        cursor = cursors.compact(cursor, op.index)
        break
      case 'setMeta':
        meta.set(op.key, op.value)
        break
      case 'deleteMeta':
        meta.set(op.key, undefined)
        break
      default:
        op satisfies never
    }
  }
  return { cursor, meta, runs, truncateFrom, counts }
}

/** What is left of `runs` below `end`. */
function cutRuns(runs: readonly EntryRun[], end: number): EntryRun[] {
  return runs
    .filter((run) => run.from < end)
    .map((run) => runOf(run.from, run.entries.slice(0, end - run.from)))
}

function runOf(from: number, entries: readonly Uint8Array[]): EntryRun {
  let bytes = 0
  for (const entry of entries) bytes += entry.length
  return { from, entries, bytes }
}
