import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class AbandonFlushes extends WrappedLog {
  override abandon(): void {
    this.inner.close()
  }
}

export const abandonFlushes: Mutant = {
  bug: 'abandon() flushes as close() does.',
  caughtBy: ['LOG-DEFER-004', 'LOG-CRASH-009', 'PAXOS-CRASH-006'],
  createAdapter: wrapping(AbandonFlushes),
}
