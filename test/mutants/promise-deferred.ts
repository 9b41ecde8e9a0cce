import type { DeferrableOp, LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class PromiseDeferred extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    if (operation === 'set_promise') this.inner.defer(ops as readonly DeferrableOp[], operation)
    else this.inner.commit(ops, operation)
  }
}

export const promiseDeferred: Mutant = {
  bug: 'A promise is deferred: acked, and lost by a crash.',
  caughtBy: ['PAXOS-CRASH-004', 'PAXOS-META-007'],
  createAdapter: wrapping(PromiseDeferred),
}
