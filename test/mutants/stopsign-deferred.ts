import type { DeferrableOp, LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class StopsignDeferred extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    if (operation === 'set_stopsign') this.inner.defer(ops as readonly DeferrableOp[], operation)
    else this.inner.commit(ops, operation)
  }
}

export const stopsignDeferred: Mutant = {
  bug: 'The stop sign is deferred: acked, and lost by a crash.',
  caughtBy: ['PAXOS-STOPSIGN-003', 'PAXOS-META-007'],
  createAdapter: wrapping(StopsignDeferred),
}
