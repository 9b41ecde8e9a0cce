import { PaxosStorage } from '../../src/paxos/index.ts'
import { healthy, type Mutant } from './mutant.ts'

class EntriesReadAsASuffix<T, S> extends PaxosStorage<T, S> {
  override getEntries(from: number, to: number): T[] {
    return this.getSuffix(from).slice(0, Math.max(0, to - from))
  }
}

export const entriesReadAsASuffix: Mutant = {
  bug: 'getEntries() never checks that its first entry is there.',
  caughtBy: ['PAXOS-READ-004'],
  createAdapter: healthy,
  parts: { createPaxosStorage: (log, options) => new EntriesReadAsASuffix(log, options) },
}
