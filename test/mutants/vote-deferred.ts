import type { DeferrableOp, LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class VoteDeferred extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    if (operation === 'save_hard_state') this.inner.defer(ops as readonly DeferrableOp[], operation)
    else this.inner.commit(ops, operation)
  }
}

export const voteDeferred: Mutant = {
  bug: 'A vote is deferred: answered, lost by a crash, and given again to another.',
  caughtBy: ['RAFT-HARDSTATE-003', 'RAFT-HARDSTATE-002'],
  createAdapter: wrapping(VoteDeferred),
}
