import { WriteFailedError } from '../../src/errors.ts'
import type { LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class FailedSyncRetried extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    try {
      this.inner.commit(ops, operation)
    } catch (error) {
      if (!(error instanceof WriteFailedError && error.inDoubt)) throw error
      this.dropDeferred()
      this.inner.commit(ops, operation)
    }
  }
}

export const failedSyncRetried: Mutant = {
  bug: 'A commit that left the medium in doubt is tried once more.',
  caughtBy: ['LOG-FAULT-002', 'LOG-FAULT-004', 'LOG-POISON-001'],
  createAdapter: wrapping(FailedSyncRetried),
}
