import type { LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class TrimMovesTheFloor extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    const both = ops.flatMap((op): LogOp[] =>
      op?.kind === 'trim' ? [op, { kind: 'compact', index: op.upTo }] : [op],
    )
    this.inner.commit(both, operation)
  }
}

export const trimMovesTheFloor: Mutant = {
  bug: 'A trim sets the compaction floor as well.',
  caughtBy: ['LOG-TRIM-008'],
  createAdapter: wrapping(TrimMovesTheFloor),
}
