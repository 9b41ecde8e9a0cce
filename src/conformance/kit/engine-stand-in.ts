/**
 * What takes the place of the log underneath where a stranger's storage is an engine's, Paxos or Raft, and shows none: it can be
 * closed and given up, and its audit finds nothing.
 */
import type { AuditFinding, LogEntry, LogStats, LogStore } from '../../log/index.ts'
import { AdapterError } from './adapter-error.ts'
import { AdapterPort } from './adapter-port.ts'

export abstract class EngineStandIn extends AdapterPort implements LogStore {
  abstract get firstIndex(): number
  abstract get nextIndex(): number
  abstract get compactedIndex(): number
  abstract entries(): IterableIterator<LogEntry>
  abstract flush(): void

  audit(): readonly AuditFinding[] {
    return []
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

  /** What space it has to give back is its own affair. */
  reclaim(): number {
    return 0
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
