import type { Ballot } from '../../src/paxos/index.ts'
import { PaxosStorage } from '../../src/paxos/index.ts'
import { healthy, type Mutant } from './mutant.ts'

class PromiseZeroAtFirst<T, S> extends PaxosStorage<T, S> {
  override getPromise(): Ballot {
    return super.getPromise() ?? { configId: 0, n: 0, priority: 0, pid: 0 }
  }
}

export const promiseZeroAtFirst: Mutant = {
  bug: 'Before the first promise there is one of zeros.',
  caughtBy: ['PAXOS-META-001'],
  createAdapter: healthy,
  parts: { createPaxosStorage: (log, options) => new PromiseZeroAtFirst(log, options) },
}
