import type { DeferrableOp, LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class FloorOnlyRises extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    this.inner.commit(this.#rising(ops), operation)
  }

  override defer(ops: readonly DeferrableOp[], operation?: string): void {
    this.inner.defer(this.#rising(ops), operation)
  }

  #rising<Op extends LogOp>(ops: readonly Op[]): Op[] {
    return ops.filter((op) => op?.kind !== 'compact' || op.index >= this.inner.compactedIndex)
  }
}

export const floorOnlyRises: Mutant = {
  bug: 'A floor below the present one is ignored.',
  caughtBy: ['LOG-COMPACT-005', 'PAXOS-TRIM-005'],
  createAdapter: wrapping(FloorOnlyRises),
}
