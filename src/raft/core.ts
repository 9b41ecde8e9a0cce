/**
 * What the log and the hard state of one node share. Plans every write of entries as operations of the log underneath; nothing
 * here changes before the log has taken them.
 */
import type { FailpointRegistry } from '../../failpoints/index.ts'
import { bytesCodec, type Codec } from '../codec/index.ts'
import { EngineLog, type EngineWrite, encodeWith } from '../engine-log.ts'
import { InvalidArgumentError, LogGapError, UnavailableError } from '../errors.ts'
import type { DeferrableOp, LogOp, LogStore } from '../log/index.ts'
import type { StoreObserver, WriteClass } from '../observer.ts'
import { WriteGuard } from '../write-guard.ts'
import { checkEntries, checkTermOrder } from './check-arguments.ts'
import { encodeEntry, type LogId, type RaftEntry } from './entry.ts'
import { EntryReader } from './entry-reader.ts'
import type { RaftOperation } from './operations.ts'
import { encodeHead, type Head, metaKeys, noLogId } from './records.ts'
import { engineSites } from './sites.ts'

export interface RaftLogOptions<T> {
  /** How the data of entries becomes bytes. Default: it is bytes already. */
  readonly codec?: Codec<T> | undefined
  readonly failpoints?: FailpointRegistry | undefined
  /** Told of the writes that fail before they reach the log; the log tells its own observer of the others. */
  readonly observer?: StoreObserver | undefined
}

/** A write, and what to remember once the log has taken it. */
export interface RaftWrite extends EngineWrite {
  readonly adopt: () => void
}

export class RaftCore<T> {
  readonly engineLog: EngineLog
  readonly reader: EntryReader<T>
  readonly #codec: Codec<T>
  /** Inside a write of the log: what is planned there would be remembered before the one around it. */
  readonly #guard: WriteGuard

  constructor(log: LogStore, { codec, failpoints, observer }: RaftLogOptions<T>) {
    this.engineLog = new EngineLog(log, { failpoints, observer, sites: engineSites })
    this.#codec = codec ?? (bytesCodec as Codec<unknown> as Codec<T>)
    this.#guard = new WriteGuard({ where: `on log "${log.name}"`, what: 'writes' })
    this.reader = new EntryReader(this.engineLog, this.#codec)
  }

  get log(): LogStore {
    return this.engineLog.log
  }

  write(operation: RaftOperation, assumed: WriteClass, plan: () => RaftWrite | undefined): void {
    let planned: RaftWrite | undefined
    this.#guard.enter(operation)
    try {
      this.engineLog.write(operation, assumed, () => {
        planned = plan()
        return planned
      })
      planned?.adopt()
    } finally {
      this.#guard.leave()
    }
  }

  /**
   * The part of `entries` that the log does not hold yet, written where it differs first. `undefined` when it holds all of it.
   * @throws {InvalidArgumentError} @throws {CompactedError} @throws {LogGapError}
   */
  planAppend(entries: readonly RaftEntry<T>[]): RaftWrite | undefined {
    const { lastIndex } = this.reader
    checkEntries(entries)
    const [first] = entries
    if (first === undefined) return undefined
    this.#assertContinues(first)
    let present = 0
    for (const { index, term } of entries) {
      if (index > lastIndex || this.reader.termAt(index) !== term) break
      present++
    }
    const missing = entries[present]
    return missing && this.#planSuffix(missing.index, entries, present)
  }

  /** `entries` instead of everything at or above `from`. `undefined` when that changes nothing. */
  planReplacement(from: number, entries: readonly RaftEntry<T>[]): RaftWrite | undefined {
    const { lastIndex } = this.reader
    checkEntries(entries)
    if (from <= this.reader.head.boundary.index) throw this.reader.compacted('replace the log', from)
    const [first] = entries
    if (first === undefined) return from > lastIndex ? undefined : this.#planSuffix(from, entries, 0)
    if (first.index !== from) {
      throw new InvalidArgumentError(
        'entries[0].index',
        `Cannot replace the log from index ${from} by entries from index ${first.index}: give the same index twice`,
      )
    }
    this.#assertContinues(first)
    return this.#planSuffix(from, entries, 0)
  }

  planPurge(upTo: LogId): RaftWrite | undefined {
    const { boundary } = this.reader.head
    if (upTo.index < boundary.index) return undefined
    const { lastIndex } = this.reader
    if (upTo.index > lastIndex) {
      throw new UnavailableError(
        { index: upTo.index, lastIndex },
        `Cannot purge log "${this.log.name}" through index ${upTo.index}: its last index is ${lastIndex}; only an ` +
          'installed snapshot may go beyond the end',
      )
    }
    this.#assertSameTerm(upTo)
    return upTo.index === boundary.index ? undefined : this.#planBoundary('deferred', upTo, [])
  }

  planInstall(id: LogId): RaftWrite {
    const { boundary } = this.reader.head
    const { lastIndex } = this.reader
    if (id.index < boundary.index) throw this.reader.compacted('install a snapshot', id.index)
    if (id.index === boundary.index) {
      this.#assertSameTerm(id)
      // It is there already, and may have been deferred only.
      return { class: 'commit', ops: [], adopt: () => undefined }
    }
    checkTermOrder('id.term', boundary, id)
    if (id.index <= lastIndex && this.reader.termAt(id.index) === id.term)
      return this.#planBoundary('commit', id, [])
    const head: Head = { ...this.reader.head, boundary: copyOf(id) }
    const truncation = this.#suffixOp(id.index + 1, [])
    const write = this.#planBoundary('commit', id, id.index < lastIndex ? [truncation] : [])
    return { ...write, adopt: () => this.reader.adoptEmpty(head) }
  }

  /** Indexes begin at 1 again: the log underneath goes on, and is told apart by the origin. */
  planReset(): RaftWrite | undefined {
    if (this.reader.lastIndex === 0) return undefined
    const { nextIndex } = this.log
    const head: Head = { boundary: noLogId, origin: nextIndex - 1 }
    const forget: DeferrableOp = { kind: 'deleteMeta', key: metaKeys.commit }
    return { class: 'commit', ops: [forget, ...headOps(head)], adopt: () => this.reader.adoptEmpty(head) }
  }

  #planBoundary(writeClass: WriteClass, boundary: LogId, before: readonly LogOp[]): RaftWrite {
    const head: Head = { ...this.reader.head, boundary: copyOf(boundary) }
    const ops = [...before, ...headOps(head)]
    return { class: writeClass, ops, adopt: () => this.reader.adoptHead(head) }
  }

  /** Entries from the one at `skip` on, at `from` and instead of everything above. */
  #planSuffix(from: number, entries: readonly RaftEntry<T>[], skip: number): RaftWrite {
    const values = entries.slice(skip).map((entry, position) => this.#encode(entry, skip + position))
    const ids = entries.slice(skip).map(copyOf)
    // A fresh log begins at 0, and a Raft log at 1: its first commit says so.
    const begin: LogOp[] = this.log.compactedIndex === 0 ? [{ kind: 'compact', index: 1 }] : []
    const ops = [...begin, this.#suffixOp(from, values)]
    return { class: 'commit', ops, adopt: () => this.reader.adoptSuffix(from, ids) }
  }

  #suffixOp(from: number, entries: readonly Uint8Array[]): LogOp {
    return { kind: 'replaceSuffix', from: from + this.reader.head.origin, entries }
  }

  #assertContinues(first: RaftEntry<T>): void {
    const { lastIndex } = this.reader
    if (first.index <= this.reader.head.boundary.index)
      throw this.reader.compacted('append entries', first.index)
    if (first.index > lastIndex + 1) throw new LogGapError({ index: first.index, nextIndex: lastIndex + 1 })
    const index = first.index - 1
    checkTermOrder('entries[0].term', { index, term: this.reader.termAt(index) }, first)
  }

  #assertSameTerm({ index, term }: LogId): void {
    const stored = this.reader.termAt(index)
    if (stored === term) return
    throw new InvalidArgumentError(
      'term',
      `Cannot take term ${term} for index ${index} of log "${this.log.name}": its term there is ${stored}`,
    )
  }

  #encode({ term, kind, data }: RaftEntry<T>, position: number): Uint8Array {
    return encodeEntry({ term, kind, data: encodeWith(this.#codec, data, `entries[${position}].data`) })
  }
}

function headOps(head: Head): DeferrableOp[] {
  const begin = head.origin + head.boundary.index + 1
  return [
    { kind: 'setMeta', key: metaKeys.head, value: encodeHead(head) },
    { kind: 'trim', upTo: begin },
    { kind: 'compact', index: begin },
  ]
}

function copyOf({ index, term }: LogId): LogId {
  return { index, term }
}
