import type { DeferrableOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class BoundaryLost extends WrappedLog {
  override defer(ops: readonly DeferrableOp[], operation?: string): void {
    this.inner.defer(operation === 'purge' ? ops.filter(({ kind }) => kind !== 'setMeta') : ops, operation)
  }
}

export const boundaryLostWithItsEntries: Mutant = {
  bug: 'A purge removes the entries and does not remember the term of the last one.',
  caughtBy: ['RAFT-PURGE-001', 'RAFT-PURGE-003', 'RAFT-APPEND-007'],
  createAdapter: wrapping(BoundaryLost),
}
