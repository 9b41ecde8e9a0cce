import { WriteFailedError } from '../../src/errors.ts'
import type { LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class WriteFailureSwallowed extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    try {
      this.inner.commit(ops, operation)
    } catch (error) {
      if (!(error instanceof WriteFailedError)) throw error
    }
  }
}

export const writeFailureSwallowed: Mutant = {
  bug: 'A write that failed is acked: the error is swallowed.',
  caughtBy: ['LOG-FAULT-001', 'LOG-FAULT-002'],
  createAdapter: wrapping(WriteFailureSwallowed),
}
