import type { DeferrableOp, LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class DeferredReordered extends WrappedLog {
  #deferred: DeferrableOp[] = []

  override defer(ops: readonly DeferrableOp[], operation?: string): void {
    this.inner.defer(ops, operation)
    this.#deferred.unshift(...ops)
  }

  override commit(ops: readonly LogOp[], operation?: string): void {
    const reversed = this.#deferred.splice(0)
    if (reversed.length > 1) this.dropDeferred()
    this.inner.commit(reversed.length > 1 ? [...reversed, ...ops] : ops, operation)
  }
}

export const deferredReordered: Mutant = {
  bug: 'What was deferred is written in another order, the last one first.',
  caughtBy: ['LOG-DEFER-008'],
  createAdapter: wrapping(DeferredReordered),
}
