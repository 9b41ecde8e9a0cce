/**
 * What the one log implementation needs of a medium: the place where bytes become durable. LMDB is one, memory is another.
 */
import type { Cursor } from './cursor.ts'
import type { AuditFinding, LogStats } from './log-store.ts'

/** One transaction: everything in it, and the cursor that counts it, or none of it. */
export interface LogWrites {
  readonly cursor: Cursor
  /** Indexes of stored entries to remove, ascending. Removed before `runs` are written. */
  readonly remove: readonly number[]
  /** Entries to add, ascending, all above every entry that is left. */
  readonly runs: readonly EntryRun[]
  /** `undefined` deletes. */
  readonly meta: ReadonlyMap<string, Uint8Array | undefined>
}

/** Neighbouring entries: the first one's index is `from`. */
export interface EntryRun {
  readonly from: number
  readonly entries: readonly Uint8Array[]
  /** Of all of them. */
  readonly bytes: number
}

export interface MediumStats
  extends Pick<
    LogStats,
    'sizeBytes' | 'usedBytes' | 'mapSizeBytes' | 'filesystemAvailBytes' | 'openReadTransactions'
  > {
  readonly storedEntries: number
}

export interface LogMedium {
  /** The log's name, for errors. */
  readonly name: string
  readonly isPoisoned: boolean

  /** Throws `LogClosedError` or `PoisonedError` when the medium takes no calls. */
  assertUsable(operation: string): void

  /** The stored cursor. @throws {CorruptionError} */
  loadCursor(): Cursor

  /** The entry stored under `index`, checked; `undefined` when no key is there. A copy. */
  entry(index: number): Uint8Array | undefined

  /** The first `limit` indexes in `[from, to)` that have a key, ascending. @throws {CorruptionError} a malformed key is met */
  storedIndexes(from: number, to: number, limit: number): number[]

  /** The highest index that has a key. */
  lastStoredIndex(): number | undefined

  /** A copy. */
  meta(key: string): Uint8Array | undefined

  /** The keys of all metadata, sorted. */
  metaKeys(): string[]

  /**
   * Writes durably, all or nothing, hitting the commit sites on the way.
   * `believed` is the cursor that is stored now; when the medium refuses the write and finds another, it is in doubt.
   * @throws {WriteFailedError} nothing was written, unless `inDoubt`: then the medium is poisoned
   */
  write(writes: LogWrites, believed: Cursor, operation: string): void

  /** Defects of keys and metadata that no entry index names. */
  auditKeys(): AuditFinding[]

  stats(): MediumStats

  /** Gives up the medium and its lock. Twice is fine. */
  release(): void
}
