import type { DeferrableOp, LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class TrimDoesNothing extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    this.inner.commit(
      ops.filter((op) => op?.kind !== 'trim'),
      operation,
    )
  }

  override defer(ops: readonly DeferrableOp[], operation?: string): void {
    this.inner.defer(
      ops.filter((op) => op?.kind !== 'trim'),
      operation,
    )
  }
}

export const trimDoesNothing: Mutant = {
  bug: 'A trim is acked and not done.',
  caughtBy: ['LOG-TRIM-001', 'PAXOS-TRIM-001'],
  createAdapter: wrapping(TrimDoesNothing),
}
