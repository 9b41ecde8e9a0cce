import type { LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class StaleCache extends WrappedLog {
  readonly #cache = new Map<string, Uint8Array>()

  override commit(ops: readonly LogOp[], operation?: string): void {
    for (const op of ops) {
      if (op.kind === 'setMeta') this.#cache.set(op.key, new Uint8Array(op.value))
      if (op.kind === 'deleteMeta') this.#cache.delete(op.key)
    }
    this.inner.commit(ops, operation)
  }

  override getMeta(key: string): Uint8Array | undefined {
    const stored = this.inner.getMeta(key)
    const cached = this.#cache.get(key)
    return cached === undefined ? stored : new Uint8Array(cached)
  }

  override defer(ops: Parameters<WrappedLog['defer']>[0], operation?: string): void {
    for (const op of ops) if ('key' in op) this.#cache.delete(op.key)
    this.inner.defer(ops, operation)
  }
}

export const staleCacheAfterAFailedCommit: Mutant = {
  bug: 'A cache is filled before the commit, and keeps what the commit did not write.',
  caughtBy: ['LOG-FAULT-001', 'RAFT-FAULT-020'],
  createAdapter: wrapping(StaleCache),
}
