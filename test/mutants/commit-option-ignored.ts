import { PaxosStorage } from '../../src/paxos/index.ts'
import { healthy, type Mutant } from './mutant.ts'

export const commitOptionIgnored: Mutant = {
  bug: 'The operations that the embedder raised to a commit stay deferred.',
  caughtBy: ['PAXOS-CRASH-008'],
  createAdapter: healthy,
  parts: { createPaxosStorage: (log, options) => new PaxosStorage(log, { ...options, commit: [] }) },
}
