import type { LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class DeferredLostOnCommit extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    if (this.inner.stats().deferredOps > 0) this.dropDeferred()
    this.inner.commit(ops, operation)
  }
}

export const deferredLostOnCommit: Mutant = {
  bug: 'A commit drops what was deferred before it.',
  caughtBy: ['LOG-DEFER-002', 'PAXOS-CRASH-007'],
  createAdapter: wrapping(DeferredLostOnCommit),
}
