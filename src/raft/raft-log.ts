/**
 * Raft's log on a {@link LogStore}: entries with terms, from index 1 on, and the place before the first of them, which a purge
 * leaves behind.
 *
 * @see Ongaro, "Consensus: Bridging Theory and Practice", 2014, 3.5 and 5.1
 */
import { checkIndex } from '../arguments.ts'
import { InvalidArgumentError } from '../errors.ts'
import type { LogStore } from '../log/index.ts'
import { checkLogId, checkRaftIndex } from './check-arguments.ts'
import { RaftCore, type RaftLogOptions } from './core.ts'
import type { LogId, RaftEntry } from './entry.ts'

/** How much of a range to read. */
export interface EntriesLimit {
  /**
   * Stop before the sum of the entries' sizes passes this many bytes; one entry is returned whatever its size. An entry's size is
   * that of its encoded data and {@link entryOverheadBytes}. Default: no limit.
   */
  readonly maxBytes?: number | undefined
}

/** What the hard state shares with the log of the same node. Not for embedders. */
export let coreOf: <T>(log: RaftLog<T>) => RaftCore<T>

/**
 * The log of one Raft node. Its indexes are safe integers from 1 on, and its terms never go down along it.
 *
 * A write that throws has changed nothing. Every call throws what the log underneath throws: `LogClosedError` after close,
 * `PoisonedError` after a write left the medium in doubt, `WriteFailedError` when the medium refuses, `CorruptionError` when
 * what is read is not what was written, or does not decode.
 */
export class RaftLog<T = Uint8Array> {
  readonly #core: RaftCore<T>

  static {
    coreOf = (log) => log.#core
  }

  /**
   * Takes over `log`: closing this closes it. Opening a fresh one writes nothing.
   * @throws {InvalidArgumentError} `log` holds entries that Raft storage did not write
   * @throws {CorruptionError} where it begins contradicts what was purged
   */
  constructor(log: LogStore, options: RaftLogOptions<T> = {}) {
    this.#core = new RaftCore(log, options)
  }

  /** The log underneath. Its indexes are these until the first {@link reset}. */
  get log(): LogStore {
    return this.#core.log
  }

  /** The lowest index that has an entry, or will have one: one more than that of the purge boundary. */
  get firstIndex(): number {
    return this.purgeBoundary.index + 1
  }

  /** The index of the last entry, or that of the purge boundary when there are no entries; 0 on a fresh log. */
  get lastIndex(): number {
    return this.#core.reader.lastIndex
  }

  /** Index and term of the last entry, or the purge boundary when there are no entries; `{ index: 0, term: 0 }` on a fresh log. */
  get lastLogId(): LogId {
    const { lastIndex } = this
    return { index: lastIndex, term: this.term(lastIndex) }
  }

  /** Index and term of the last entry that was purged, or is covered by an installed snapshot; `{ index: 0, term: 0 }` before. */
  get purgeBoundary(): LogId {
    const { index, term } = this.#core.reader.head.boundary
    return { index, term }
  }

  /** True: what {@link append} returned from needs no {@link flush}. */
  get isWriteDurable(): true {
    return true
  }

  /**
   * Appends `entries`, each at the index that it names. Those that are there already with the same term are left alone; at the
   * first one whose term differs, the log's own suffix is removed and the rest takes its place, in the same commit. Durable when
   * it returns. When there is nothing to write, nothing is written. The bytes are copied.
   *
   * The term of an entry must not be ahead of the saved hard state: save that first, or with the entries, by
   * `HardStateStore.saveWith`.
   * @throws {InvalidArgumentError} a batch with gaps, or out of order, or in which the term goes down, also from the entry before
   * @throws {LogGapError} the first entry is beyond `lastIndex + 1`
   * @throws {CompactedError} the first entry is at or below the purge boundary
   */
  append(entries: readonly RaftEntry<T>[]): void {
    this.#core.write('append', 'commit', () => this.#core.planAppend(entries))
  }

  /**
   * Removes every entry at or above `from`, and writes `entries` there, in one commit: what {@link append} does, but also when the
   * entries there have the same terms. Durable when it returns. Without entries, it is {@link truncate}.
   * @throws {InvalidArgumentError} as {@link append}, or the first entry is not at `from`
   * @throws {LogGapError} @throws {CompactedError} as {@link append}
   */
  replaceSuffix(from: number, entries: readonly RaftEntry<T>[]): void {
    this.#core.write('replace_suffix', 'commit', () => {
      checkRaftIndex('from', from)
      return this.#core.planReplacement(from, entries)
    })
  }

  /**
   * Removes every entry at or above `from`. Durable when it returns. Beyond the end, nothing changes.
   * @throws {CompactedError} `from` is at or below the purge boundary
   */
  truncate(from: number): void {
    this.#core.write('truncate', 'commit', () => {
      checkRaftIndex('from', from)
      return this.#core.planReplacement(from, [])
    })
  }

  /**
   * The entry at `index`. A copy.
   * @throws {CompactedError} `index` is at or below the purge boundary: send a snapshot instead
   * @throws {UnavailableError} `index` is beyond the end
   */
  entry(index: number): RaftEntry<T> {
    this.#assertReadable(index)
    checkRaftIndex('index', index)
    this.#core.reader.assertWithin('an entry', index, this.firstIndex, this.lastIndex)
    return this.#core.reader.entryAt(index)
  }

  /**
   * The entries of `[low, high)`. {@link EntriesLimit.maxBytes} may shorten the answer to one entry or more. Copies.
   * @throws {CompactedError} `low` is at or below the purge boundary: send a snapshot instead
   * @throws {UnavailableError} `high` is beyond `lastIndex + 1`
   * @throws {InvalidArgumentError} `low` is above `high`
   */
  entries(
    low: number,
    high: number,
    { maxBytes = Number.POSITIVE_INFINITY }: EntriesLimit = {},
  ): RaftEntry<T>[] {
    this.#assertReadable(low)
    checkRaftIndex('low', low)
    checkRaftIndex('high', high)
    if (low > high) {
      throw new InvalidArgumentError(
        'low',
        `Cannot read the entries from ${low} to ${high}: the first is not above the second`,
      )
    }
    this.#core.reader.assertWithin('entries', low, this.firstIndex, Number.POSITIVE_INFINITY)
    this.#core.reader.assertWithin('entries', high - 1, 0, this.lastIndex)
    return this.#core.reader.entriesOf(low, high, maxBytes)
  }

  /**
   * The term at `index`, also at the purge boundary, whose entry is gone. Index 0 of a fresh log has term 0. Takes the same time
   * whatever the size of the entries.
   * @throws {CompactedError} `index` is below the purge boundary
   * @throws {UnavailableError} `index` is beyond the end
   */
  term(index: number): number {
    this.#assertReadable(index)
    checkIndex('index', index)
    const { reader } = this.#core
    reader.assertWithin('a term', index, reader.head.boundary.index, reader.lastIndex)
    return reader.termAt(index)
  }

  /**
   * Removes the entries up to and including `upTo`, and remembers it as the purge boundary. Deferred. At or below the boundary
   * nothing changes: it never moves back.
   * @throws {UnavailableError} `upTo` is beyond the end: only {@link installSnapshot} may go there
   * @throws {InvalidArgumentError} the log has another term at that index
   */
  purge(upTo: LogId): void {
    this.#core.write('purge', 'deferred', () => {
      checkLogId('upTo', upTo)
      return this.#core.planPurge(upTo)
    })
  }

  /**
   * Makes the log begin just after `id`, the last place that an installed snapshot covers. Entries after it are kept if the log
   * has the snapshot's term at that index, and removed if not, in the same commit. Durable when it returns. At the boundary
   * nothing changes.
   * @throws {CompactedError} `id` is below the purge boundary: the snapshot is older than what the log was purged for
   * @throws {InvalidArgumentError} the term contradicts the boundary's
   */
  installSnapshot(id: LogId): void {
    this.#core.write('install_snapshot', 'commit', () => {
      checkLogId('id', id)
      return this.#core.planInstall(id)
    })
  }

  /**
   * Forgets every entry and the purge boundary: the log is as if new, and begins at 1. The hard state stays, but for its commit
   * index, which the log no longer reaches. Durable when it returns.
   */
  reset(): void {
    this.#core.write('reset', 'commit', () => this.#core.planReset())
  }

  /** Makes everything deferred durable. */
  flush(): void {
    this.log.flush()
  }

  /** Flushes and closes the log. Twice is fine. */
  close(): void {
    this.log.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #assertReadable(index: number): void {
    this.#core.engineLog.assertReadable(index)
  }
}
