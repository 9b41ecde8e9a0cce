import { PaxosStorage } from '../../src/paxos/index.ts'
import { healthy, type Mutant } from './mutant.ts'

class AppendReturnsAnIndex<T, S> extends PaxosStorage<T, S> {
  override appendEntry(entry: T): number {
    return super.appendEntry(entry) - 1
  }
}

export const appendReturnsAnIndex: Mutant = {
  bug: 'appendEntry() returns the index of the entry.',
  caughtBy: ['PAXOS-APPEND-002'],
  createAdapter: healthy,
  parts: { createPaxosStorage: (log, options) => new AppendReturnsAnIndex(log, options) },
}
