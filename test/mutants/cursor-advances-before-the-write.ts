import { WriteFailedError } from '../../src/errors.ts'
import type { LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

function appendedCount(ops: readonly LogOp[]): number {
  return ops.reduce((count, op) => count + ('entries' in op ? op.entries.length : 0), 0)
}

class CursorAdvancesBeforeTheWrite extends WrappedLog {
  #drift = 0

  override get nextIndex(): number {
    return this.inner.nextIndex + this.#drift
  }

  override commit(ops: readonly LogOp[], operation?: string): void {
    try {
      this.inner.commit(ops, operation)
    } catch (error) {
      if (error instanceof WriteFailedError && !error.inDoubt) this.#drift += appendedCount(ops)
      throw error
    }
  }
}

export const cursorAdvancesBeforeTheWrite: Mutant = {
  bug: 'nextIndex is moved first, and not moved back when the write fails.',
  caughtBy: ['LOG-FAULT-001', 'LOG-FAULT-003', 'PAXOS-PREFIX-009'],
  createAdapter: wrapping(CursorAdvancesBeforeTheWrite),
}
