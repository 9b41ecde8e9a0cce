import type { LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class EmptyCommitWrites extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    const isEmpty = Array.isArray(ops) && ops.length === 0
    this.inner.commit(isEmpty ? [{ kind: 'deleteMeta', key: 'none' }] : ops, operation)
  }
}

export const emptyCommitWrites: Mutant = {
  bug: 'A commit of nothing goes to the medium all the same.',
  caughtBy: ['LOG-DEFER-011'],
  createAdapter: wrapping(EmptyCommitWrites),
}
