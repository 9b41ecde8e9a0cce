import { PaxosStorage } from '../../src/paxos/index.ts'
import { healthy, type Mutant } from './mutant.ts'

class LengthCountsStoredEntries<T, S> extends PaxosStorage<T, S> {
  override getLogLen(): number {
    return this.log.stats().entries
  }
}

export const lengthCountsStoredEntries: Mutant = {
  bug: 'The length of the log is the number of entries that are stored.',
  caughtBy: ['PAXOS-APPEND-009', 'PAXOS-TRIM-002'],
  createAdapter: healthy,
  parts: { createPaxosStorage: (log, options) => new LengthCountsStoredEntries(log, options) },
}
