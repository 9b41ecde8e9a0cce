import type { DeferrableOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class DeferredDurableAtOnce extends WrappedLog {
  override defer(ops: readonly DeferrableOp[], operation?: string): void {
    this.inner.commit(ops, operation)
  }
}

export const deferredDurableAtOnce: Mutant = {
  bug: 'What is deferred is committed: a crash keeps it.',
  caughtBy: ['LOG-DEFER-004', 'LOG-DEFER-011', 'PAXOS-ATOMIC-006'],
  createAdapter: wrapping(DeferredDurableAtOnce),
}
