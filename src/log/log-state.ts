/**
 * What is on the medium, beside it what is pending (the effect of the operations deferred so far), and the one path between
 * them: plan, write, adopt. It assumes of the medium that `write` is all or nothing and durable when it returns, and changes
 * nothing of its own before that.
 */
import type { Cursor } from './cursor.ts'
import * as cursors from './cursor.ts'
import type { DeferrableOp, LogOp } from './log-store.ts'
import type { LogMedium } from './medium.ts'
import { withOwnBytes } from './own-bytes.ts'
import { type Pending, type Plan, type PlanCounts, planOps } from './plan.ts'
import { recoverCursor } from './recover-cursor.ts'

export interface LogStateOptions {
  /** How many trimmed entries, beside one for each entry appended, a commit removes from the medium. */
  readonly reclaimPerCommit: number
  /** Called when a commit has something to write, and is about to wait for the medium. */
  readonly onWriteStart: (operation: string) => void
}

export class LogState {
  readonly #medium: LogMedium
  readonly #options: LogStateOptions
  /** Moves only after a write succeeded. */
  #durable: Cursor
  /** `#durable` with the deferred operations' effect. */
  #pending: Pending
  #deferredOps = 0
  #oldestDeferredAt: number | undefined
  /** No stored entry lies below this index. */
  #storedFrom: number

  /** Recovers the state from `medium`. @throws {CorruptionError} */
  constructor(medium: LogMedium, options: LogStateOptions) {
    this.#medium = medium
    this.#options = options
    this.#durable = recoverCursor(medium)
    this.#pending = nothingBeside(this.#durable)
    this.#storedFrom = medium.storedIndexes(0, this.#durable.first, 1)[0] ?? this.#durable.first
  }

  /** What is on the medium. */
  get durable(): Cursor {
    return this.#durable
  }

  /** What callers see. */
  get pending(): Pending {
    return this.#pending
  }

  get deferredOps(): number {
    return this.#deferredOps
  }

  /** When the oldest of them was deferred: milliseconds since 1970. */
  get oldestDeferredAt(): number | undefined {
    return this.#oldestDeferredAt
  }

  /** Makes `ops` visible, once `beforeVisible` has returned. Their bytes are copied. */
  defer(ops: readonly DeferrableOp[], beforeVisible: () => void): PlanCounts {
    const { cursor, meta, counts } = planOps(this.#pending, ops.map(withOwnBytes))
    beforeVisible()
    this.#pending = { cursor, meta }
    this.#deferredOps += ops.length
    if (ops.length > 0) this.#oldestDeferredAt ??= Date.now()
    return counts
  }

  /**
   * Makes what was deferred, and then `ops`, durable, and takes its share of trimmed entries with it. `undefined` when there was
   * nothing to write.
   */
  commit(ops: readonly LogOp[], operation: string): PlanCounts | undefined {
    const plan = planOps(this.#pending, ops)
    if (!this.#isOwed(plan)) {
      this.#adopt(plan)
      return undefined
    }
    const share = this.#options.reclaimPerCommit + plan.counts.appendedEntries
    return this.#write(plan, this.#lingering(plan, share), operation)
  }

  /** Removes up to `limit` trimmed entries, in a commit with what was deferred. */
  reclaim(limit: number, operation: string): { readonly removed: number; readonly counts?: PlanCounts } {
    const plan = planOps(this.#pending, [])
    const lingering = this.#lingering(plan, limit)
    if (lingering.length === 0) return { removed: 0 }
    return { removed: lingering.length, counts: this.#write(plan, lingering, operation) }
  }

  #isOwed({ cursor, runs, meta }: Plan): boolean {
    return runs.length > 0 || meta.size > 0 || !cursors.isSame(cursor, this.#durable)
  }

  #write(plan: Plan, lingering: readonly number[], operation: string): PlanCounts {
    const { cursor, runs, meta } = plan
    const remove = [...lingering, ...this.#stored(plan.truncateFrom, this.#durable.end)]
    this.#options.onWriteStart(operation)
    this.#medium.write({ cursor, remove, runs, meta }, this.#durable, operation)
    this.#storedFrom = (lingering.at(-1) ?? this.#storedFrom - 1) + 1
    this.#adopt(plan)
    return plan.counts
  }

  #adopt({ cursor }: Plan): void {
    this.#durable = cursor
    this.#pending = nothingBeside(cursor)
    this.#deferredOps = 0
    this.#oldestDeferredAt = undefined
  }

  /**
   * Stored entries below the plan's `first`, oldest first: trimmed, their space not given back yet. Those that the plan
   * truncates are not among them.
   */
  #lingering(plan: Plan, limit: number): number[] {
    const to = Math.min(plan.cursor.first, plan.truncateFrom, this.#durable.end)
    return this.#medium.storedIndexes(this.#storedFrom, to, limit)
  }

  #stored(from: number, to: number): number[] {
    return from < to ? this.#medium.storedIndexes(from, to, Number.MAX_SAFE_INTEGER) : []
  }
}

const noMeta: Pending['meta'] = new Map()

function nothingBeside(cursor: Cursor): Pending {
  return { cursor, meta: noMeta }
}
