/**
 * What a chunk does, worked out before anything is written: entry by entry, each seeing what those before it did, and then all
 * of it as one set of rows. So however a log is cut into chunks, the same rows come out.
 */

import type { LogId } from '../../raft/index.ts'
import { type ApplyState, apply, type DecodedEntry } from './apply.ts'
import { type AppliedEntry, type Effect, encodeAppliedEntry, rollOn } from './effects.ts'
import type { ResultCode } from './result-codes.ts'
import {
  type AppliedState,
  compareLeases,
  type Lease,
  type Membership,
  type Row,
  type StateFormat,
  type StateHead,
  textOfKey,
} from './values.ts'

/** What a plan reads of the state that the chunk meets. */
export interface PlanReader {
  readonly head: StateHead
  row(key: Uint8Array): Row | undefined
  /** As {@link row}, for who keeps it only until the chunk is written: its value may be a part of something larger. Default: `row`. */
  rowToPlan?(key: Uint8Array): Row | undefined
  /** Stored leases with `from` <= `expireAt` < `to`, in order, the first `limit`. */
  leases(range: { readonly from: number; readonly to: number }, limit: number): Lease[]
}

/** What became of one entry. */
export interface ApplyResult extends LogId {
  /** Whether the code is `OK`. */
  readonly ok: boolean
  readonly code: ResultCode
  /** Whether a reader can tell the difference, beside the position. */
  readonly changed: boolean
  /** What could be seen under the key before; `null`: nothing, or the command has no key. Only if it was asked for. */
  readonly prev?: { readonly value: Uint8Array; readonly modIndex: number } | null
  /** When the key expires now, by the replicated clock. Only if the command gave it a time to live. */
  readonly expireAt?: number
}

/** What is to become of the row of one key. */
export interface RowChange {
  readonly key: Uint8Array
  /** What is stored now, expired or not. */
  readonly before: Row | undefined
  readonly after: Row | undefined
}

export interface ChunkPlan {
  readonly before: StateHead
  readonly after: StateHead
  readonly entries: readonly AppliedEntry[]
  /** {@link entries}, each encoded. */
  readonly encoded: readonly Uint8Array[]
  /** By the key's text: the last state of every row that an entry changed. Keys and values may be the caller's own bytes. */
  readonly rows: ReadonlyMap<string, RowChange>
  readonly results: readonly ApplyResult[]
  /** Keys whose expiry the clock passed, in the order in which it did; `truncated`: there are more than {@link expiredMax}. */
  readonly expired: readonly Uint8Array[] | 'truncated'
}

export interface PlanOptions {
  readonly format: StateFormat
  readonly wantPrev: boolean
}

/** More expired keys than this are not listed. */
export const expiredMax = 1000

export function planChunk(
  reader: PlanReader,
  entries: readonly DecodedEntry[],
  options: PlanOptions,
): ChunkPlan {
  return new Planner(reader, options).plan(entries)
}

class Planner implements ApplyState {
  readonly #reader: PlanReader
  readonly #options: PlanOptions
  readonly #rows = new Map<string, RowChange>()
  readonly #expired: Uint8Array[] = []
  #lastRead: { readonly text: string; readonly row: Row | undefined } | undefined
  #lastKey: Uint8Array | undefined
  #lastText = ''
  #isTruncated = false
  #applied: AppliedState
  #membership: Membership | undefined
  /** No stored lease that has yet to expire does so earlier. Undefined while nobody has looked. */
  #nextStored: number | undefined
  /** No changed row expires earlier. */
  #nextChanged = Number.POSITIVE_INFINITY

  constructor(reader: PlanReader, options: PlanOptions) {
    this.#reader = reader
    this.#options = options
    this.#applied = reader.head.applied
    this.#membership = reader.head.membership
  }

  get clock(): number {
    return this.#applied.clock
  }

  row(key: Uint8Array): Row | undefined {
    const text = this.#textOf(key)
    const changed = this.#rows.get(text)
    return changed === undefined ? this.#stored(text, key) : changed.after
  }

  plan(entries: readonly DecodedEntry[]): ChunkPlan {
    const applied: AppliedEntry[] = []
    const encoded: Uint8Array[] = []
    const results = entries.map((entry) => {
      const outcome = apply(this, entry, this.#options.format)
      const bytes = encodeAppliedEntry(outcome.entry)
      applied.push(outcome.entry)
      encoded.push(bytes)
      this.#noteExpired(outcome.entry.clock)
      this.#take(outcome.entry, bytes)
      return resultOf(entry, outcome, this.#options.wantPrev)
    })
    return {
      before: this.#reader.head,
      after: Object.freeze({ applied: Object.freeze(this.#applied), membership: this.#membership }),
      entries: applied,
      encoded,
      rows: this.#rows,
      results,
      expired: this.#isTruncated ? 'truncated' : this.#expired,
    }
  }

  #take(entry: AppliedEntry, encoded: Uint8Array): void {
    for (const effect of entry.effects) this.#takeEffect(entry, effect)
    this.#applied = rollOn(this.#applied, entry, encoded)
  }

  #takeEffect({ index, term }: LogId, effect: Effect): void {
    switch (effect.kind) {
      case 'put':
        this.#change(effect.row.key, effect.row)
        return
      case 'delete':
        this.#change(effect.key, undefined)
        return
      case 'touch': {
        const row = this.row(effect.key)
        this.#change(effect.key, row && { ...row, expireAt: effect.expireAt })
        return
      }
      case 'membership':
        this.#membership = Object.freeze({ at: { index, term }, bytes: effect.bytes })
        return
      default:
        effect satisfies never
    }
  }

  #change(key: Uint8Array, after: Row | undefined): void {
    const text = this.#textOf(key)
    const known = this.#rows.get(text)
    const before = known === undefined ? this.#stored(text, key) : known.before
    this.#rows.set(text, { key, before, after })
    if (after?.expireAt !== undefined) this.#nextChanged = Math.min(this.#nextChanged, after.expireAt)
  }

  /** A command's key is asked for more than once. */
  #textOf(key: Uint8Array): string {
    if (this.#lastKey !== key) {
      this.#lastKey = key
      this.#lastText = textOfKey(key)
    }
    return this.#lastText
  }

  /** A command looks at its key, and then changes it: one reading serves both. */
  #stored(text: string, key: Uint8Array): Row | undefined {
    if (this.#lastRead?.text !== text) this.#lastRead = { text, row: this.#read(key) }
    return this.#lastRead.row
  }

  #read(key: Uint8Array): Row | undefined {
    const reader = this.#reader
    return reader.rowToPlan === undefined ? reader.row(key) : reader.rowToPlan(key)
  }

  /** Notes whose expiry lies after the present clock and not after `clock`. */
  #noteExpired(clock: number): void {
    if (clock === this.clock || this.#isTruncated) return
    const range = { from: this.clock + 1, to: clock + 1 }
    const passed = [...this.#storedLeases(range), ...this.#changedLeases(range)].sort(compareLeases)
    this.#isTruncated = this.#expired.length + passed.length > expiredMax
    // They are told to the caller, whose command's key it may be.
    this.#expired.push(...passed.map(({ key }) => new Uint8Array(key)))
  }

  #storedLeases(range: { readonly from: number; readonly to: number }): Lease[] {
    this.#nextStored ??= this.#firstStoredFrom(range.from)
    if (this.#nextStored >= range.to) return []
    // Rows that were changed since are judged by what they are now.
    const leases = this.#reader.leases(range, expiredMax + 1 + this.#rows.size)
    this.#nextStored = undefined
    return leases.filter(({ key }) => !this.#rows.has(textOfKey(key)))
  }

  #firstStoredFrom(from: number): number {
    const [first] = this.#reader.leases({ from, to: Number.POSITIVE_INFINITY }, 1)
    return first?.expireAt ?? Number.POSITIVE_INFINITY
  }

  #changedLeases({ from, to }: { readonly from: number; readonly to: number }): Lease[] {
    if (this.#nextChanged >= to) return []
    const leases: Lease[] = []
    let next = Number.POSITIVE_INFINITY
    for (const { key, after } of this.#rows.values()) {
      const expireAt = after?.expireAt
      if (expireAt === undefined || expireAt < from) continue
      if (expireAt < to) leases.push({ expireAt, key })
      else next = Math.min(next, expireAt)
    }
    this.#nextChanged = next
    return leases
  }
}

/** A copy: an earlier entry of the chunk may have put the caller's own bytes there. */
function prevOf({ value, modIndex }: Row): NonNullable<ApplyResult['prev']> {
  return { value: new Uint8Array(value), modIndex }
}

function resultOf({ index, term }: LogId, outcome: ReturnType<typeof apply>, wantPrev: boolean): ApplyResult {
  const { previous, isChanged, expireAt } = outcome
  const { code } = outcome.entry
  const result = { index, term, ok: code === 'OK', code, changed: isChanged }
  // Not spread from parts that are empty most of the time: there are as many results as entries.
  if (!wantPrev) return expireAt === undefined ? result : { ...result, expireAt }
  const prev = previous ? prevOf(previous) : null
  return expireAt === undefined ? { ...result, prev } : { ...result, prev, expireAt }
}
