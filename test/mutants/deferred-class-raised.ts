import { PaxosStorage } from '../../src/paxos/index.ts'
import { healthy, type Mutant } from './mutant.ts'

export const deferredClassRaised: Mutant = {
  bug: 'A trim is a commit, unasked.',
  caughtBy: ['PAXOS-META-007', 'PAXOS-CRASH-006'],
  createAdapter: healthy,
  parts: { createPaxosStorage: (log, options) => new PaxosStorage(log, { ...options, commit: ['trim'] }) },
}
