/**
 * The log: one implementation for every medium. It keeps the port's contract at the edge: what is refused, what can be made to
 * fail, what an observer is told. What a write does in between is in {@link LogState}.
 */
import type { FailpointRegistry } from '../../failpoints/index.ts'
import { checkIndex } from '../arguments.ts'
import { CorruptionError, LogClosedError, reasonOf } from '../errors.ts'
import { notify, type StoreObserver, silentObserver, type WriteClass } from '../observer.ts'
import { failIfAsked, InjectedFailure, refusingCleanly } from '../write-failure.ts'
import { WriteGuard } from '../write-guard.ts'
import { auditLog } from './audit.ts'
import { checkDeferrable, checkMaxBytes, checkMetaKey, checkOps } from './check-arguments.ts'
import * as cursors from './cursor.ts'
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
   * Default 32: a commit then costs little more while a large trim is given back.
   */
  readonly reclaimPerCommit?: number | undefined
}

const reclaimPerCommitDefault = 32
/** Entries that one commit of a reclaim removes: what it must remember of each costs memory. */
const reclaimStepMax = 10_000

export class StoredLog implements LogStore {
  readonly #medium: LogMedium
  readonly #failpoints: FailpointRegistry | undefined
  readonly #observer: StoreObserver
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
    this.#observer = options.observer ?? silentObserver
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
    this.#reportOpen(startedAt)
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
    const onWriteStart = (operation: string): void =>
      notify(() => this.#observer.onCommitStart?.({ log: this.name, operation }))
    return refusingCleanly(this.name, () => new LogState(this.#medium, { reclaimPerCommit, onWriteStart }))
  }

  #closingFlush(): PlanCounts | undefined {
    this.#failIfAsked('log.close', 'close')
    return this.#state.deferredOps === 0 ? undefined : this.#state.commit([], 'close')
  }

  #end(how: 'close' | 'abandon'): void {
    this.#isClosed = true
    this.#medium.release()
    notify(() => this.#observer.onClose?.({ log: this.name, how }))
  }

  #reading<T>(index: number | undefined, body: () => T): T {
    try {
      const asked = this.#failpoints?.hit('log.read')
      if (asked !== undefined) {
        throw new CorruptionError({ log: this.name, index }, `the failpoint log.read says so`, {
          cause: new InjectedFailure('log.read', asked),
        })
      }
      return body()
    } catch (error) {
      if (error instanceof CorruptionError)
        notify(() => this.#observer.onCorruption?.({ log: this.name, error }))
      throw error
    }
  }

  #failIfAsked(site: LogSite, operation: string): void {
    failIfAsked(this.#failpoints, site, { log: this.name, operation })
  }

  #reportOpen(startedAt: number): void {
    notify(() =>
      this.#observer.onOpen?.({
        log: this.name,
        durationMs: performance.now() - startedAt,
        firstIndex: this.firstIndex,
        nextIndex: this.nextIndex,
        compactedIndex: this.compactedIndex,
        stats: () => this.stats(),
      }),
    )
  }

  #report(operation: string, writeClass: WriteClass, write: () => PlanCounts | undefined): void {
    const startedAt = performance.now()
    const event = { log: this.name, operation, class: writeClass }
    let counts: PlanCounts | undefined
    this.#guard.enter(operation)
    try {
      counts = write()
    } catch (error) {
      this.#guard.leave()
      const reason = reasonOf(error)
      const durationMs = performance.now() - startedAt
      notify(() => this.#observer.onWriteFailure?.({ ...event, reason, durationMs, error }))
      throw error
    }
    this.#guard.leave()
    if (counts === undefined) return // there was nothing to write
    notify(() => this.#observer.onWrite?.({ ...event, durationMs: performance.now() - startedAt, ...counts }))
  }

  #assertOpen(operation: string): void {
    if (this.#isClosed) throw new LogClosedError(this.name, operation)
  }

  #assertUsable(operation: string): void {
    this.#assertOpen(operation)
    this.#medium.assertUsable(operation)
  }
}
