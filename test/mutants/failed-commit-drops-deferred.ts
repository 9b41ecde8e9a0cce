import { WriteFailedError } from '../../src/errors.ts'
import type { LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class FailedCommitDropsDeferred extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    try {
      this.inner.commit(ops, operation)
    } catch (error) {
      if (error instanceof WriteFailedError && !error.inDoubt) this.dropDeferred()
      throw error
    }
  }
}

export const failedCommitDropsDeferred: Mutant = {
  bug: 'A commit that fails drops what was deferred before it.',
  caughtBy: ['LOG-DEFER-008'],
  createAdapter: wrapping(FailedCommitDropsDeferred),
}
