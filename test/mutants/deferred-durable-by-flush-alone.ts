import type { DeferrableOp, LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class DeferredDurableByFlushAlone extends WrappedLog {
  #deferred: DeferrableOp[] = []

  override defer(ops: readonly DeferrableOp[], operation?: string): void {
    this.inner.defer(ops, operation)
    this.#deferred.push(...ops)
  }

  override flush(): void {
    this.inner.flush()
    this.#deferred = []
  }

  override commit(ops: readonly LogOp[], operation?: string): void {
    if (this.#deferred.length > 0) this.dropDeferred()
    this.inner.commit(ops, operation)
    this.inner.defer(this.#deferred)
  }
}

export const deferredDurableByFlushAlone: Mutant = {
  bug: 'A commit does not carry what was deferred: only a flush makes it durable.',
  caughtBy: ['LOG-DEFER-002', 'LOG-CRASH-002', 'PAXOS-CRASH-007'],
  createAdapter: wrapping(DeferredDurableByFlushAlone),
}
