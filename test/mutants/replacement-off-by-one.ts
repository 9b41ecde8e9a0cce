import type { LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class ReplacementOffByOne extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    const { nextIndex } = this.inner
    const shifted = ops.map((op) =>
      op.kind === 'replaceSuffix' && op.from < nextIndex ? { ...op, from: op.from + 1 } : op,
    )
    this.inner.commit(shifted, operation)
  }
}

export const replacementOffByOne: Mutant = {
  bug: 'A replacement leaves the first entry that it should replace.',
  caughtBy: ['LOG-REPLACE-001', 'LOG-REPLACE-002'],
  createAdapter: wrapping(ReplacementOffByOne),
}
