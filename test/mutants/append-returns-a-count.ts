import { PaxosStorage } from '../../src/paxos/index.ts'
import { healthy, type Mutant } from './mutant.ts'

class AppendReturnsACount<T, S> extends PaxosStorage<T, S> {
  override appendEntries(entries: readonly T[]): number {
    super.appendEntries(entries)
    return entries.length
  }
}

export const appendReturnsACount: Mutant = {
  bug: 'appendEntries() returns how many entries it appended.',
  caughtBy: ['PAXOS-APPEND-003'],
  createAdapter: healthy,
  parts: { createPaxosStorage: (log, options) => new AppendReturnsACount(log, options) },
}
