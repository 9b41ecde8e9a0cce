/**
 * The port: what a replica needs of a log, whichever engine writes it. Indexes are safe integers from 1 on. Calls are synchronous
 * but for `recover`.
 */
import type { LogId } from '../../raft/index.ts'
import type { ApplyEntry } from '../core/check-chunk.ts'

export interface EntriesLimit {
  readonly entries: number
  /** At least one entry is given whatever its size. */
  readonly bytes: number
}

export interface ReplicatedLog {
  /** In errors. */
  readonly name: string
  /** The last entry that was purged or is covered by an installed snapshot; `{ index: 0, term: 0 }` before. */
  readonly purgeBoundary: LogId
  /** The index of the last entry, or that of the boundary when there are no entries. */
  readonly lastIndex: number
  /** What the log itself knows to be committed, if it keeps that; may be behind. */
  readonly committedIndex: number | undefined
  /** The term at `index`, from that of the boundary to `lastIndex`. Always 0 in a log without terms. */
  term(index: number): number
  /** The entries from `from` to `through`, or the first of them as far as `limit` goes. */
  entries(from: number, through: number, limit: EntriesLimit): readonly ApplyEntry[]
  /** Removes the entries through `upTo`, which is not beyond the end, and remembers it as the boundary. May be deferred. */
  purge(upTo: LogId): void
  /**
   * Refuses what {@link install} must not be asked for yet.
   * @throws {InvalidArgumentError} the engine has to save something first
   */
  checkInstall(id: LogId): void
  /**
   * Makes the log begin just after `id`, which may be beyond its end. Entries after it stay if the log has that term there. Durable
   * when it returns.
   */
  install(id: LogId): void
  /** Whose log this is, as noted by {@link bind}; `undefined` before. */
  readonly clusterId: string | undefined
  /** Notes whose log this is. Durable when it returns. */
  bind(clusterId: string): void
  /**
   * Checks what lies beside the log. Returns the place of a snapshot that was published, and of which the log was not told before a
   * crash.
   */
  recover(): Promise<LogId | undefined>
  /** Twice is fine. */
  close(): void
  /** Leaves everything as SIGKILL would. */
  abandon(): void
}
