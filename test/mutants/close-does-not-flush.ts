import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class CloseDoesNotFlush extends WrappedLog {
  override close(): void {
    this.inner.abandon()
  }
}

export const closeDoesNotFlush: Mutant = {
  bug: 'close() drops what was deferred.',
  caughtBy: ['LOG-REOPEN-002', 'PAXOS-REOPEN-001'],
  createAdapter: wrapping(CloseDoesNotFlush),
}
