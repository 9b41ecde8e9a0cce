import type { Ballot } from '../../src/paxos/index.ts'
import { PaxosStorage } from '../../src/paxos/index.ts'
import { healthy, type Mutant } from './mutant.ts'

class BadBallotMended<T, S> extends PaxosStorage<T, S> {
  override setPromise(ballot: Ballot): void {
    super.setPromise(typeof ballot === 'object' && ballot?.n < 0 ? { ...ballot, n: 0 } : ballot)
  }
}

export const badBallotMended: Mutant = {
  bug: 'A field of a ballot that is no index is stored as 0.',
  caughtBy: ['PAXOS-META-005'],
  createAdapter: healthy,
  parts: { createPaxosStorage: (log, options) => new BadBallotMended(log, options) },
}
