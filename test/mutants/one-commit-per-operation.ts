import type { LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class OneCommitPerOperation extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    if (!Array.isArray(ops) || ops.length === 0) this.inner.commit(ops, operation)
    else for (const op of ops) this.inner.commit([op], operation)
  }
}

export const oneCommitPerOperation: Mutant = {
  bug: 'A commit of several operations is as many commits.',
  caughtBy: ['LOG-CRASH-007', 'LOG-CRASH-010', 'LOG-REPLACE-007'],
  createAdapter: wrapping(OneCommitPerOperation),
}
