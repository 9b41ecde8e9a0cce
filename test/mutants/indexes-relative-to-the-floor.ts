import { PaxosStorage } from '../../src/paxos/index.ts'
import { healthy, type Mutant } from './mutant.ts'

class IndexesRelativeToTheFloor<T, S> extends PaxosStorage<T, S> {
  override getEntries(from: number, to: number): T[] {
    return super.getEntries(from + this.getCompactedIdx(), to + this.getCompactedIdx())
  }
}

export const indexesRelativeToTheFloor: Mutant = {
  bug: 'getEntries() counts from the compaction floor.',
  caughtBy: ['PAXOS-PREFIX-008'],
  createAdapter: healthy,
  parts: { createPaxosStorage: (log, options) => new IndexesRelativeToTheFloor(log, options) },
}
