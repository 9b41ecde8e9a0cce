import { WriteFailedError } from '../../src/errors.ts'
import type { LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class FailedBatchRidesAlong extends WrappedLog {
  #left: readonly LogOp[] = []

  override commit(ops: readonly LogOp[], operation?: string): void {
    const all = [...this.#left, ...ops]
    try {
      this.inner.commit(all, operation)
      this.#left = []
    } catch (error) {
      if (error instanceof WriteFailedError && !error.inDoubt) this.#left = all
      throw error
    }
  }
}

export const failedBatchRidesAlong: Mutant = {
  bug: 'What a failed commit was to write is written by the next one.',
  caughtBy: ['LOG-FAULT-001', 'LOG-FAULT-003', 'LOG-DEFER-008'],
  createAdapter: wrapping(FailedBatchRidesAlong),
}
