/** A log that passes every call on to a healthy one. A mutant overrides the call that its bug is in. */
import type {
  AuditFinding,
  DeferrableOp,
  LogEntry,
  LogOp,
  LogStats,
  LogStore,
  ReadLimit,
} from '../../src/log/index.ts'

export class WrappedLog implements LogStore {
  inner: LogStore
  readonly #openInner: () => LogStore

  constructor(openInner: () => LogStore) {
    this.#openInner = openInner
    this.inner = openInner()
  }

  /** Opens the healthy log anew, without what it had deferred. */
  dropDeferred(): void {
    this.inner.abandon()
    this.inner = this.#openInner()
  }

  get name(): string {
    return this.inner.name
  }

  get firstIndex(): number {
    return this.inner.firstIndex
  }

  get nextIndex(): number {
    return this.inner.nextIndex
  }

  get compactedIndex(): number {
    return this.inner.compactedIndex
  }

  commit(ops: readonly LogOp[], operation?: string): void {
    this.inner.commit(ops, operation)
  }

  defer(ops: readonly DeferrableOp[], operation?: string): void {
    this.inner.defer(ops, operation)
  }

  flush(): void {
    this.inner.flush()
  }

  get(index: number): Uint8Array | undefined {
    return this.inner.get(index)
  }

  read(from: number, to: number, limit?: ReadLimit): Uint8Array[] {
    return this.inner.read(from, to, limit)
  }

  entries(from?: number, to?: number): IterableIterator<LogEntry> {
    return this.inner.entries(from, to)
  }

  getMeta(key: string): Uint8Array | undefined {
    return this.inner.getMeta(key)
  }

  reclaim(maxEntries?: number): number {
    return this.inner.reclaim(maxEntries)
  }

  stats(): LogStats {
    return this.inner.stats()
  }

  audit(): readonly AuditFinding[] {
    return this.inner.audit()
  }

  close(): void {
    this.inner.close()
  }

  abandon(): void {
    this.inner.abandon()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
