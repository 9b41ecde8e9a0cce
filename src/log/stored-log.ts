/**
 * The log: one implementation for every medium. It keeps the port's contract at the edge: what is refused, what can be made to
 * fail, what an observer is told. What a write does in between is in {@link LogState}.
 */
import type { FailpointRegistry } from '../../failpoints/index.ts'
import { checkIndex } from '../arguments.ts'
import { CorruptionError, LogClosedError } from '../errors.ts'
import { type StoreObserver, silentObserver, type WriteClass } from '../observer.ts'
import { failIfAsked, InjectedFailure, refusingCleanly } from '../write-failure.ts'
import { WriteGuard } from '../write-guard.ts'
import { auditLog } from './audit.ts'
import { checkDeferrable, checkMaxBytes, checkMetaKey, checkOps } from './check-arguments.ts'
import * as cursors from './cursor.ts'
import { LogReporter } from './log-reporter.ts'
import { LogState } from './log-state.ts'
import type {
  AuditFinding,
  DeferrableOp,
  LogEntry,
  LogOp,
  LogStats,
  LogStore,
  ReadLimit,
} from './log-store.ts'
import type { LogMedium } from './medium.ts'
import { copyOf } from './own-bytes.ts'
import type { PlanCounts } from './plan.ts'
import { type LogSite, logSites } from './sites.ts'
import { VisibleEntries } from './visible-entries.ts'

export interface StoredLogOptions {
  readonly failpoints?: FailpointRegistry | undefined
  readonly observer?: StoreObserver | undefined
  /**
   * How many trimmed entries, beside one for each entry appended, a commit removes from the medium. 0 to 2^53 - 1.
   * Default 16: a commit then costs little more while a large trim is given back.
   */
  readonly reclaimPerCommit?: number | undefined
}

const reclaimPerCommitDefault = 16
/** Entries that one commit of a reclaim removes: what it must remember of each costs memory. */
const reclaimStepMax = 10_000

export class StoredLog implements LogStore {
  readonly #medium: LogMedium
  readonly #failpoints: FailpointRegistry | undefined
  readonly #reporter: LogReporter
  readonly #state: LogState
  readonly #entries: VisibleEntries
  readonly #guard: WriteGuard
  #isClosed = false

  /** Recovers the log from `medium`. The medium is released when this throws. */
  constructor(medium: LogMedium, options: StoredLogOptions = {}) {
    const startedAt = performance.now()
    this.#medium = medium
    this.#guard = new WriteGuard({ where: `on log "${medium.name}"`, what: 'writes' })
    this.#failpoints = options.failpoints
    this.#reporter = new LogReporter(medium.name, options.observer ?? silentObserver)
    try {
      this.#state = this.#recover(options.reclaimPerCommit ?? reclaimPerCommitDefault)
    } catch (error) {
      medium.release()
      throw error
    }
    this.#entries = new VisibleEntries(
      medium,
      () => this.#state.pending.cursor,
      (index, body) => this.#reading(index, body),
    )
    const { firstIndex, nextIndex, compactedIndex } = this
    this.#reporter.opened(startedAt, { firstIndex, nextIndex, compactedIndex, stats: () => this.stats() })
  }

  get name(): string {
    return this.#medium.name
  }

  get firstIndex(): number {
    this.#assertUsable('read the first index')
    return cursors.firstIndex(this.#state.pending.cursor)
  }

  get nextIndex(): number {
    this.#assertUsable('read the next index')
    return cursors.nextIndex(this.#state.pending.cursor)
  }

  get compactedIndex(): number {
    this.#assertUsable('read the compacted index')
    return cursors.compactedIndex(this.#state.pending.cursor)
  }

  commit(ops: readonly LogOp[], operation = 'commit'): void {
    this.#assertOpen(operation)
    this.#report(operation, 'commit', () => {
      this.#medium.assertUsable(operation)
      checkOps(ops)
      return this.#state.commit(ops, operation)
    })
  }

  defer(ops: readonly DeferrableOp[], operation = 'defer'): void {
    this.#assertOpen(operation)
    this.#report(operation, 'deferred', () => {
      this.#medium.assertUsable(operation)
      checkOps(ops)
      checkDeferrable(ops)
      return this.#state.defer(ops, () => this.#failIfAsked('log.defer', operation))
    })
  }

  flush(): void {
    this.#assertOpen('flush')
    this.#report('flush', 'commit', () => {
      this.#medium.assertUsable('flush')
      if (this.#state.deferredOps === 0) return undefined
      this.#failIfAsked('log.flush', 'flush')
      return this.#state.commit([], 'flush')
    })
  }

  get(index: number): Uint8Array | undefined {
    this.#assertUsable('get an entry')
    checkIndex('index', index)
    return this.#entries.get(index)
  }

  read(from: number, to: number, limit: ReadLimit = {}): Uint8Array[] {
    this.#assertUsable('read entries')
    checkIndex('from', from)
    checkIndex('to', to)
    const maxBytes = limit.maxBytes ?? Number.POSITIVE_INFINITY
    checkMaxBytes(maxBytes)
    return this.#entries.read(from, to, maxBytes)
  }

  entries(from = 0, to: number = Number.MAX_SAFE_INTEGER): IterableIterator<LogEntry> {
    this.#assertUsable('walk the entries')
    checkIndex('from', from)
    checkIndex('to', to)
    return this.#walk(from, to)
  }

  *#walk(from: number, to: number): IterableIterator<LogEntry> {
    let at = from
    for (;;) {
      this.#assertUsable('walk the entries')
      // One entry at a time: the log may be written to between two of them, and no cursor of the medium stays open.
      const entry = this.#entries.next(at, to)
      if (entry === undefined) return
      at = entry.index + 1
      yield entry
    }
  }

  getMeta(key: string): Uint8Array | undefined {
    this.#assertUsable('read metadata')
    checkMetaKey(key)
    const { meta } = this.#state.pending
    return this.#reading(undefined, () => (meta.has(key) ? copyOf(meta.get(key)) : this.#medium.meta(key)))
  }

  /** The keys of all committed metadata, sorted. What is only deferred is not among them. */
  metaKeys(): string[] {
    this.#assertUsable('list the metadata')
    return this.#medium.metaKeys()
  }

  reclaim(maxEntries: number = Number.MAX_SAFE_INTEGER): number {
    this.#assertOpen('reclaim')
    let removed = 0
    for (;;) {
      const step = this.#reclaimStep(maxEntries, removed)
      removed += step
      if (step < reclaimStepMax) return removed
    }
  }

  /** One commit's share of a reclaim. Returns how many entries it removed. */
  #reclaimStep(maxEntries: number, removed: number): number {
    let step = 0
    this.#report('reclaim', 'commit', () => {
      this.#medium.assertUsable('reclaim')
      checkIndex('maxEntries', maxEntries)
      const done = this.#state.reclaim(Math.min(maxEntries - removed, reclaimStepMax), 'reclaim')
      step = done.removed
      return done.counts
    })
    return step
  }

  stats(): LogStats {
    this.#assertOpen('read statistics')
    const { pending, deferredOps, oldestDeferredAt } = this.#state
    const { cursor } = pending
    const { storedEntries, ...medium } = this.#medium.stats()
    const entries = this.#entries.count()
    return {
      firstIndex: cursors.firstIndex(cursor),
      nextIndex: cursors.nextIndex(cursor),
      compactedIndex: cursors.compactedIndex(cursor),
      entries,
      reclaimableEntries: storedEntries - entries,
      deferredOps,
      oldestDeferredAt,
      isPoisoned: this.#medium.isPoisoned,
      ...medium,
    }
  }

  audit(): readonly AuditFinding[] {
    this.#assertUsable('audit')
    return auditLog(this.#medium, this.#state.durable)
  }

  close(): void {
    if (this.#isClosed) return
    this.#guard.assertOutside('close')
    try {
      if (!this.#medium.isPoisoned) this.#report('close', 'commit', () => this.#closingFlush())
    } finally {
      this.#end('close')
    }
  }

  abandon(): void {
    if (this.#isClosed) return
    this.#guard.assertOutside('abandon')
    this.#end('abandon')
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #recover(reclaimPerCommit: number): LogState {
    checkIndex('reclaimPerCommit', reclaimPerCommit)
    this.#failpoints?.declare(logSites)
    this.#failIfAsked('log.open', 'open')
    const onWriteStart = (operation: string): void => this.#reporter.writeStarted(operation)
    return refusingCleanly(this.name, () => new LogState(this.#medium, { reclaimPerCommit, onWriteStart }))
  }

  #closingFlush(): PlanCounts | undefined {
    this.#failIfAsked('log.close', 'close')
    return this.#state.deferredOps === 0 ? undefined : this.#state.commit([], 'close')
  }

  #end(how: 'close' | 'abandon'): void {
    this.#isClosed = true
    this.#medium.release()
    this.#reporter.ended(how)
  }

  #reading<T>(index: number | undefined, body: () => T): T {
    return this.#reporter.read(() => {
      const asked = this.#failpoints?.hit('log.read')
      if (asked === undefined) return body()
      const cause = new InjectedFailure('log.read', asked)
      throw new CorruptionError({ log: this.name, index }, `the failpoint log.read says so`, { cause })
    })
  }

  #failIfAsked(site: LogSite, operation: string): void {
    failIfAsked(this.#failpoints, site, { log: this.name, operation })
  }

  /** Nothing is told before the guard has been left: an observer may write. */
  #report(operation: string, writeClass: WriteClass, write: () => PlanCounts | undefined): void {
    this.#guard.enter(operation)
    this.#reporter.write(operation, writeClass, () => {
      try {
        return write()
      } finally {
        this.#guard.leave()
      }
    })
  }

  #assertOpen(operation: string): void {
    if (this.#isClosed) throw new LogClosedError(this.name, operation)
  }

  #assertUsable(operation: string): void {
    this.#assertOpen(operation)
    this.#medium.assertUsable(operation)
  }
}
