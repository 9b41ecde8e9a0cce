/** A log's port on the methods that a stranger wrote: what the suites ask is translated into what is promised. */
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
import { AdapterPort, type AdapterPortOptions } from './adapter-port.ts'
import { asBytes, asIndex, asList } from './answers.ts'
import type { CapabilityName, FullCapabilities } from './capabilities.ts'
import { replacementRefusal } from './replacement-refusal.ts'

export class PortLog extends AdapterPort implements LogStore {
  readonly #promised: FullCapabilities
  /** Whether something was done that a flush has to make durable. */
  #isFlushDue = false

  constructor(options: AdapterPortOptions) {
    super(options)
    this.#promised = options.capabilities
  }

  get firstIndex(): number {
    return asIndex('firstIndex', this.calling('firstIndex'))
  }

  get nextIndex(): number {
    return asIndex('nextIndex', this.calling('nextIndex'))
  }

  get compactedIndex(): number {
    if (!this.#promised.floor) return 0
    return asIndex('compactedIndex', this.calling('compactedIndex'))
  }

  commit(ops: readonly LogOp[]): void {
    this.#assertPromised(ops)
    const [only] = ops
    if (this.#promised.batch && (ops.length > 1 || this.#promised.defer)) {
      if (this.#isFlushDue && !this.#promised.defer) this.flush()
      this.#refusing(ops, () => this.calling('commit', ops))
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
      this.calling('defer', ops)
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
    if (this.#isFlushDue) this.calling('flush')
    this.#isFlushDue = false
  }

  get(index: number): Uint8Array | undefined {
    return index < Number.MAX_SAFE_INTEGER ? this.read(index, index + 1)[0] : undefined
  }

  read(from: number, to: number, limit?: ReadLimit): Uint8Array[] {
    const values =
      limit === undefined ? this.calling('read', from, to) : this.calling('read', from, to, limit)
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
    const value = this.calling('getMeta', key)
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
    return asList('audit', this.calling('audit')) as readonly AuditFinding[]
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
        this.calling('append', op.entries)
        return
      case 'replaceSuffix':
        this.calling('replaceSuffix', op.from, op.entries)
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
    this.calling(method, ...parameters)
    if (this.#promised[capability] === 'deferred') this.#isFlushDue = true
  }

  #isDeferred({ kind }: LogOp): boolean {
    const capability = capabilityOfOp[kind]
    return capability !== undefined && this.#promised[capability] === 'deferred'
  }

  /** Gives a refusal without a type the one that the port has for it: that it is refused, and changes nothing, is the store's. */
  #refusing(ops: readonly LogOp[], body: () => void): void {
    try {
      body()
    } catch (error) {
      const replacement = ops.find((op): op is ReplaceSuffixOp => op.kind === 'replaceSuffix')
      if (replacement === undefined || this.#promised.typedErrors || !(error instanceof StoreFailure))
        throw error
      throw replacementRefusal(replacement.from, replacement.entries, this) ?? error
    }
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
