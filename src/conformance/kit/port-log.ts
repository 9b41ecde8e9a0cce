/** A log's port on the methods that a stranger wrote: what the suites ask is translated into what is promised. */
import { CompactedError, LogClosedError, LogGapError } from '../../errors.ts'
import type {
  AuditFinding,
  DeferrableOp,
  LogEntry,
  LogOp,
  LogStats,
  LogStore,
  ReadLimit,
  ReplaceSuffixOp,
} from '../../log/index.ts'
import { AdapterError, StoreFailure } from './adapter-error.ts'
import { asBytes, asIndex, asList } from './answers.ts'
import type { CapabilityName, FullCapabilities } from './capabilities.ts'

export interface PortLogOptions {
  /** As errors call the log. */
  readonly name: string
  readonly capabilities: FullCapabilities
  /** Calls a method of what `open` returned. */
  readonly call: (method: string, ...parameters: readonly unknown[]) => unknown
  /** Leaves it as SIGKILL would. */
  readonly abandon: () => void
}

export class PortLog implements LogStore {
  readonly name: string
  readonly #options: PortLogOptions
  readonly #promised: FullCapabilities
  #isClosed = false
  /** Whether something was done that a flush has to make durable. */
  #isFlushDue = false

  constructor(options: PortLogOptions) {
    this.name = options.name
    this.#options = options
    this.#promised = options.capabilities
  }

  get firstIndex(): number {
    return asIndex('firstIndex', this.#call('firstIndex'))
  }

  get nextIndex(): number {
    return asIndex('nextIndex', this.#call('nextIndex'))
  }

  get compactedIndex(): number {
    if (!this.#promised.floor) return 0
    return asIndex('compactedIndex', this.#call('compactedIndex'))
  }

  commit(ops: readonly LogOp[]): void {
    this.#assertPromised(ops)
    const [only] = ops
    if (this.#promised.batch && (ops.length > 1 || this.#promised.defer)) {
      if (this.#isFlushDue && !this.#promised.defer) this.flush()
      this.#refusing(ops, () => this.#call('commit', ops))
      this.#isFlushDue = false
      return
    }
    // What was deferred comes first: then a crash between leaves it alone, as it may.
    if (this.#isFlushDue) this.flush()
    if (only === undefined) return
    for (const op of ops) this.#refusing([op], () => this.#do(op))
    if (this.#isFlushDue) this.flush()
  }

  defer(ops: readonly DeferrableOp[]): void {
    this.#assertPromised(ops)
    if (this.#promised.defer) {
      this.#call('defer', ops)
      this.#isFlushDue = true
      return
    }
    if (ops.length > 1 && this.#promised.batch) {
      this.commit(ops)
      return
    }
    for (const op of ops) {
      // What is durable at once leaves nothing behind that was asked for before.
      if (this.#isFlushDue && !this.#isDeferred(op)) this.flush()
      this.#do(op)
    }
  }

  flush(): void {
    if (this.#isFlushDue) this.#call('flush')
    this.#isFlushDue = false
  }

  get(index: number): Uint8Array | undefined {
    return index < Number.MAX_SAFE_INTEGER ? this.read(index, index + 1)[0] : undefined
  }

  read(from: number, to: number, limit?: ReadLimit): Uint8Array[] {
    const values = limit === undefined ? this.#call('read', from, to) : this.#call('read', from, to, limit)
    return asList('read', values).map((value) => asBytes('read', value))
  }

  *entries(from?: number, to: number = Number.MAX_SAFE_INTEGER): Generator<LogEntry, undefined> {
    for (let index = Math.max(from ?? 0, this.firstIndex); index < Math.min(to, this.nextIndex); index++) {
      const value = this.get(index)
      if (value !== undefined) yield { index, value }
    }
  }

  getMeta(key: string): Uint8Array | undefined {
    if (!this.#promised.metadata) return undefined
    const value = this.#call('getMeta', key)
    // Many stores say `null`.
    return value === undefined || value === null ? undefined : asBytes('getMeta', value)
  }

  reclaim(): number {
    return 0
  }

  stats(): LogStats {
    const { firstIndex, nextIndex, compactedIndex } = this
    return {
      ...{ firstIndex, nextIndex, compactedIndex, entries: nextIndex - firstIndex },
      ...{ reclaimableEntries: 0, deferredOps: 0, oldestDeferredAt: undefined, isPoisoned: false },
      ...{ sizeBytes: 0, usedBytes: 0, mapSizeBytes: undefined },
      ...{ filesystemAvailBytes: undefined, openReadTransactions: undefined },
    }
  }

  audit(): readonly AuditFinding[] {
    if (!this.#promised.audit) return []
    return asList('audit', this.#call('audit')) as readonly AuditFinding[]
  }

  close(): void {
    if (this.#isClosed) return
    try {
      this.#call('close')
    } finally {
      this.#isClosed = true
    }
  }

  abandon(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#options.abandon()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** A suite that asks for something else has a defect. */
  #assertPromised(ops: readonly LogOp[]): void {
    for (const { kind } of ops) {
      const capability = capabilityOfOp[kind]
      if (capability === undefined || this.#promised[capability]) continue
      throw new AdapterError(
        'definition',
        `"${this.name}" does not promise ${capability}, and was asked for it`,
      )
    }
  }

  #do(op: LogOp): void {
    switch (op.kind) {
      case 'append':
        this.#call('append', op.entries)
        return
      case 'replaceSuffix':
        this.#call('replaceSuffix', op.from, op.entries)
        return
      case 'trim':
        this.#change('trim', 'trim', op.upTo)
        return
      case 'compact':
        this.#change('floor', 'compact', op.index)
        return
      case 'setMeta':
        this.#change('metadata', 'setMeta', op.key, op.value)
        return
      case 'deleteMeta':
        this.#change('metadata', 'setMeta', op.key, undefined)
        return
      default:
        op satisfies never
    }
  }

  #change(
    capability: 'trim' | 'floor' | 'metadata',
    method: string,
    ...parameters: readonly unknown[]
  ): void {
    this.#call(method, ...parameters)
    if (this.#promised[capability] === 'deferred') this.#isFlushDue = true
  }

  #isDeferred({ kind }: LogOp): boolean {
    const capability = capabilityOfOp[kind]
    return capability !== undefined && this.#promised[capability] === 'deferred'
  }

  /** Only a log that says so itself is asked what it answers once it is closed. */
  #call(method: string, ...parameters: readonly unknown[]): unknown {
    if (this.#isClosed && !this.#promised.typedErrors) throw new LogClosedError(this.name, method)
    return this.#options.call(method, ...parameters)
  }

  /** Gives a refusal without a type the one that the port has for it: that it is refused, and changes nothing, is the store's. */
  #refusing(ops: readonly LogOp[], body: () => void): void {
    try {
      body()
    } catch (error) {
      const replacement = ops.find((op): op is ReplaceSuffixOp => op.kind === 'replaceSuffix')
      if (replacement === undefined || this.#promised.typedErrors || !(error instanceof StoreFailure))
        throw error
      throw this.#refusalOf(replacement) ?? error
    }
  }

  #refusalOf({ from, entries }: ReplaceSuffixOp): Error | undefined {
    const { firstIndex, nextIndex, compactedIndex } = this
    if (from < firstIndex || from < compactedIndex) {
      return new CompactedError({ index: from, firstIndex, compactedIndex })
    }
    if (from > nextIndex && entries.length > 0) return new LogGapError({ index: from, nextIndex })
    return undefined
  }
}

const capabilityOfOp: Readonly<Record<LogOp['kind'], CapabilityName | undefined>> = {
  append: undefined,
  replaceSuffix: 'replaceSuffix',
  trim: 'trim',
  compact: 'floor',
  setMeta: 'metadata',
  deleteMeta: 'metadata',
}
