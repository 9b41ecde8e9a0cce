import { CorruptionError } from '../../src/errors.ts'
import type { Ballot } from '../../src/paxos/index.ts'
import { PaxosStorage } from '../../src/paxos/index.ts'
import { healthy, type Mutant } from './mutant.ts'

class BadBallotIsNone<T, S> extends PaxosStorage<T, S> {
  override getPromise(): Ballot | undefined {
    try {
      return super.getPromise()
    } catch (error) {
      if (error instanceof CorruptionError) return undefined
      throw error
    }
  }
}

export const badBallotIsNone: Mutant = {
  bug: 'A promise whose bytes are none is taken for no promise.',
  caughtBy: ['PAXOS-CODEC-007'],
  createAdapter: healthy,
  parts: { createPaxosStorage: (log, options) => new BadBallotIsNone(log, options) },
}
