import type { LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class TruncateThenAppend extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    for (const op of operation === 'append' ? ops : []) {
      if (op.kind === 'replaceSuffix' && op.from < this.inner.nextIndex)
        this.inner.commit([{ ...op, entries: [] }], operation)
    }
    this.inner.commit(ops, operation)
  }
}

export const conflictIsTwoCommits: Mutant = {
  bug: 'A conflicting suffix is removed in one commit, and replaced in the next.',
  caughtBy: ['RAFT-CONFLICT-003'],
  createAdapter: wrapping(TruncateThenAppend),
}
