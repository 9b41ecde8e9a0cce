import type { DeferrableOp, LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class FloorStopsAtTheEnd extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    this.inner.commit(this.#cut(ops), operation)
  }

  override defer(ops: readonly DeferrableOp[], operation?: string): void {
    this.inner.defer(this.#cut(ops), operation)
  }

  #cut<Op extends LogOp>(ops: readonly Op[]): Op[] {
    return ops.map((op) =>
      op?.kind === 'compact' ? { ...op, index: Math.min(op.index, this.inner.nextIndex) } : op,
    )
  }
}

export const floorStopsAtTheEnd: Mutant = {
  bug: 'A floor beyond the end is cut to the end.',
  caughtBy: ['LOG-COMPACT-002', 'LOG-COMPACT-004', 'PAXOS-APPEND-005'],
  createAdapter: wrapping(FloorStopsAtTheEnd),
}
