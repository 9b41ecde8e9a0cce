import { PaxosStorage } from '../../src/paxos/index.ts'
import { healthy, type Mutant } from './mutant.ts'

export const ownCodecIgnored: Mutant = {
  bug: "The embedder's entry codec is not used.",
  caughtBy: ['PAXOS-CODEC-003'],
  createAdapter: healthy,
  parts: { createPaxosStorage: (log, { entryCodec: _, ...options }) => new PaxosStorage(log, options) },
}
