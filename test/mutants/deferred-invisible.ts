import type { DeferrableOp, LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class DeferredInvisible extends WrappedLog {
  #deferred: DeferrableOp[] = []

  override defer(ops: readonly DeferrableOp[]): void {
    this.#deferred.push(...ops)
  }

  override flush(): void {
    this.inner.commit(this.#deferred.splice(0))
  }

  override commit(ops: readonly LogOp[], operation?: string): void {
    this.inner.commit([...this.#deferred.splice(0), ...ops], operation)
  }

  override close(): void {
    if (this.#deferred.length > 0) this.flush()
    this.inner.close()
  }
}

export const deferredInvisible: Mutant = {
  bug: 'What is deferred is not seen before it is durable.',
  caughtBy: ['LOG-DEFER-001', 'LOG-READ-012'],
  createAdapter: wrapping(DeferredInvisible),
}
