/**
 * What takes the place of the log underneath where a stranger's storage is an engine's, Paxos or Raft, and shows none: it can be
 * closed and given up, and its audit finds nothing.
 */
import { LogClosedError } from '../../errors.ts'
import type { AuditFinding, LogEntry, LogStats, LogStore } from '../../log/index.ts'
import { AdapterError } from './adapter-error.ts'
import type { FullCapabilities } from './capabilities.ts'

export interface StandInOptions {
  readonly name: string
  readonly capabilities: FullCapabilities
  readonly call: (method: string, ...parameters: readonly unknown[]) => unknown
  readonly abandon: () => void
}

export abstract class EngineStandIn implements LogStore {
  readonly name: string
  readonly #options: StandInOptions
  #isClosed = false

  constructor(options: StandInOptions) {
    this.name = options.name
    this.#options = options
  }

  abstract get firstIndex(): number
  abstract get nextIndex(): number
  abstract get compactedIndex(): number
  abstract entries(): IterableIterator<LogEntry>
  abstract flush(): void

  /** Calls a method of the storage. Only one that says so itself is asked what it answers once it is closed. */
  calling(method: string, ...parameters: readonly unknown[]): unknown {
    const { call, capabilities } = this.#options
    if (this.#isClosed && !capabilities.typedErrors) throw new LogClosedError(this.name, method)
    return call(method, ...parameters)
  }

  audit(): readonly AuditFinding[] {
    return []
  }

  close(): void {
    if (this.#isClosed) return
    try {
      this.#options.call('close')
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

  commit(): never {
    throw this.#hasNone('commit')
  }

  defer(): never {
    throw this.#hasNone('defer')
  }

  get(): never {
    throw this.#hasNone('get')
  }

  read(): never {
    throw this.#hasNone('read')
  }

  getMeta(): never {
    throw this.#hasNone('getMeta')
  }

  reclaim(): never {
    throw this.#hasNone('reclaim')
  }

  stats(): LogStats {
    throw this.#hasNone('stats')
  }

  /** A suite that asks for it has a defect. */
  #hasNone(method: string): AdapterError {
    return new AdapterError(
      'definition',
      `"${this.name}" shows no log underneath, and was asked to ${method}()`,
    )
  }
}
