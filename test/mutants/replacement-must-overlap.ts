import { LogGapError } from '../../src/errors.ts'
import type { LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class ReplacementMustOverlap extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    const { nextIndex } = this.inner
    for (const op of ops) {
      if (op?.kind === 'replaceSuffix' && op.from === nextIndex && op.entries?.length > 0) {
        throw new LogGapError({ index: op.from, nextIndex })
      }
    }
    this.inner.commit(ops, operation)
  }
}

export const replacementMustOverlap: Mutant = {
  bug: 'A replacement at the end of the log is refused as a gap.',
  caughtBy: ['LOG-REPLACE-004', 'PAXOS-PREFIX-007'],
  createAdapter: wrapping(ReplacementMustOverlap),
}
