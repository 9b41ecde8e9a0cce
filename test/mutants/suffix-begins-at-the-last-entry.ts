import { PaxosStorage } from '../../src/paxos/index.ts'
import { healthy, type Mutant } from './mutant.ts'

class SuffixBeginsAtTheLastEntry<T, S> extends PaxosStorage<T, S> {
  override getSuffix(from: number): T[] {
    const last = this.log.nextIndex - 1
    return from > last && last >= 0 && from < 1000 ? super.getSuffix(last) : super.getSuffix(from)
  }
}

export const suffixBeginsAtTheLastEntry: Mutant = {
  bug: 'getSuffix() beyond the end returns the last entry.',
  caughtBy: ['PAXOS-READ-006'],
  createAdapter: healthy,
  parts: { createPaxosStorage: (log, options) => new SuffixBeginsAtTheLastEntry(log, options) },
}
