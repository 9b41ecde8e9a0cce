/**
 * The port: what a log is to everything above it. A store does two things, {@link LogStore.commit} and
 * {@link LogStore.defer}; Paxos and Raft storage are translations into {@link LogOp}s.
 *
 * Indexes are absolute, as if nothing had ever been trimmed, and are safe integers >= 0. Ranges are half-open.
 */

import type { LogStats } from '../observer.ts'

export type { LogStats } from '../observer.ts'

/** One change. A list of them given to `commit` or `defer` takes effect in order, all or nothing. */
export type LogOp = AppendOp | ReplaceSuffixOp | DeferrableOp

/** Adds `entries` at `nextIndex`. */
export interface AppendOp {
  readonly kind: 'append'
  readonly entries: readonly Uint8Array[]
}

/**
 * Removes every entry at or above `from`, then writes `entries` there. `from` is at least `firstIndex` and `compactedIndex`,
 * and at most `nextIndex`; beyond it, without entries, nothing changes.
 */
export interface ReplaceSuffixOp {
  readonly kind: 'replaceSuffix'
  readonly from: number
  readonly entries: readonly Uint8Array[]
}

/** What may also be deferred: a change whose loss costs time, never an acked entry. */
export type DeferrableOp = TrimOp | CompactOp | SetMetaOp | DeleteMetaOp

/** Removes the entries below `upTo`, as far as there are any. Never moves `nextIndex`. */
export interface TrimOp {
  readonly kind: 'trim'
  readonly upTo: number
}

/** Sets the compaction floor, up or down. */
export interface CompactOp {
  readonly kind: 'compact'
  readonly index: number
}

/** Stores `value` under `key`: 1 to 255 bytes of UTF-8. */
export interface SetMetaOp {
  readonly kind: 'setMeta'
  readonly key: string
  readonly value: Uint8Array
}

export interface DeleteMetaOp {
  readonly kind: 'deleteMeta'
  readonly key: string
}

export interface LogEntry {
  readonly index: number
  readonly value: Uint8Array
}

/** How much of a range to read. */
export interface ReadLimit {
  /** Stop before the sum of the values' sizes passes this many bytes; one entry is returned whatever its size. */
  readonly maxBytes?: number | undefined
}

/** Something on the medium that contradicts the cursor. No healthy store has any, at any moment. */
export type AuditFinding =
  | { readonly kind: 'beyondTail'; readonly index: number }
  | { readonly kind: 'missing'; readonly index: number }
  | { readonly kind: 'corrupt'; readonly index: number | undefined; readonly detail: string }
  | { readonly kind: 'malformedKey'; readonly detail: string }
  | { readonly kind: 'cursor'; readonly detail: string }

/**
 * A log of opaque values with named metadata beside it, and one owner. Calls are synchronous: when one returns, it has
 * happened.
 *
 * Every method but `close` and `abandon` throws `LogClosedError` once the log is closed, and all but these and `stats` throw
 * `PoisonedError` once a write has left the medium in doubt. A write throws `InvalidArgumentError` for an argument that cannot be stored, and
 * `WriteFailedError` when the medium refuses; in either case nothing of it is there.
 */
export interface LogStore {
  /** The name that errors and metrics use. */
  readonly name: string
  /** The lowest index that may be read; `nextIndex` when the log holds no entries. */
  readonly firstIndex: number
  /** The index that the next append writes. */
  readonly nextIndex: number
  /** The compaction floor: everything below it is covered by a snapshot. */
  readonly compactedIndex: number

  /**
   * Makes `ops`, and before them everything deferred, durable in one step. All or nothing, also across a crash. The bytes are
   * copied. `operation` is what errors and metrics call it.
   * @throws {CompactedError} replaceSuffix from an index that was trimmed or compacted
   * @throws {LogGapError} replaceSuffix with entries beyond `nextIndex`
   */
  commit(ops: readonly LogOp[], operation?: string): void

  /** Makes `ops` visible now, and durable no later than the next `commit` or `flush`. All or nothing. The bytes are copied. */
  defer(ops: readonly DeferrableOp[], operation?: string): void

  /** Makes everything deferred durable. */
  flush(): void

  /**
   * The entry at `index`, or `undefined` when there is none. A copy.
   * @throws {CorruptionError} it is there, but is not what was written
   */
  get(index: number): Uint8Array | undefined

  /**
   * The entries of `[from, to)`, or none when any of them is missing. Never a partial prefix, except that
   * {@link ReadLimit.maxBytes} may shorten the answer to one entry or more.
   * @throws {CorruptionError} one of them is not what was written
   */
  read(from: number, to: number, limit?: ReadLimit): Uint8Array[]

  /**
   * Walks the entries that are there in `[from, to)`, by default all of them. The walk sees later writes as it goes.
   * @throws {CorruptionError} from the iterator, at the entry that is not what was written
   */
  entries(from?: number, to?: number): IterableIterator<LogEntry>

  /** The metadata stored under `key`, or `undefined`. A copy. */
  getMeta(key: string): Uint8Array | undefined

  /**
   * Gives back the space of up to `maxEntries` (default: all) trimmed entries, in commits of 10,000. Returns how many it removed.
   */
  reclaim(maxEntries?: number): number

  /** Works on a poisoned log too: that is when an operator asks. */
  stats(): LogStats

  /** Compares what is physically stored with the cursor, reading every value: what the view cannot show. */
  audit(): readonly AuditFinding[]

  /** Flushes, then closes. Twice is fine. A poisoned log is closed without a flush. The log is closed even when this throws. */
  close(): void

  /** Leaves the log as SIGKILL would: what was deferred is dropped, the owner's lock is released, nothing is flushed. */
  abandon(): void

  [Symbol.dispose](): void
}
