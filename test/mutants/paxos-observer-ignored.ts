import { PaxosStorage } from '../../src/paxos/index.ts'
import { healthy, type Mutant } from './mutant.ts'

export const paxosObserverIgnored: Mutant = {
  bug: 'What Paxos storage refuses by itself is told to no observer.',
  caughtBy: ['PAXOS-CODEC-002', 'PAXOS-FAULT-001'],
  createAdapter: healthy,
  parts: { createPaxosStorage: (log, { observer: _, ...options }) => new PaxosStorage(log, options) },
}
