import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class LogBeginsAtOne extends WrappedLog {
  override get nextIndex(): number {
    return Math.max(1, this.inner.nextIndex)
  }
}

export const logBeginsAtOne: Mutant = {
  bug: 'An empty log begins at index 1.',
  caughtBy: ['LOG-APPEND-001', 'LOG-REOPEN-005', 'PAXOS-APPEND-001'],
  createAdapter: wrapping(LogBeginsAtOne),
}
