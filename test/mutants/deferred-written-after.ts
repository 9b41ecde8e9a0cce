import type { DeferrableOp, LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class DeferredWrittenAfter extends WrappedLog {
  #deferred: DeferrableOp[] = []

  override defer(ops: readonly DeferrableOp[], operation?: string): void {
    this.inner.defer(ops, operation)
    this.#deferred.push(...ops)
  }

  override commit(ops: readonly LogOp[], operation?: string): void {
    const late = this.#deferred.splice(0)
    if (late.length > 0) this.dropDeferred()
    this.inner.commit([...ops, ...late], operation)
  }
}

export const deferredWrittenAfter: Mutant = {
  bug: 'What was deferred is written after the commit that carries it, and has the last word.',
  caughtBy: ['LOG-DEFER-005'],
  createAdapter: wrapping(DeferredWrittenAfter),
}
