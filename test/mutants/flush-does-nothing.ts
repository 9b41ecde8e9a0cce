import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class FlushDoesNothing extends WrappedLog {
  override flush(): void {
    this.inner.stats()
  }
}

export const flushDoesNothing: Mutant = {
  bug: 'flush() returns without making anything durable.',
  caughtBy: ['LOG-DEFER-003', 'PAXOS-REOPEN-002'],
  createAdapter: wrapping(FlushDoesNothing),
}
