import type { PaxosOp } from '../../src/paxos/index.ts'
import { PaxosStorage } from '../../src/paxos/index.ts'
import { healthy, type Mutant } from './mutant.ts'

class AnythingWrittenAtomically<T, S> extends PaxosStorage<T, S> {
  override writeAtomically(ops: readonly PaxosOp<T, S>[]): void {
    super.writeAtomically(Array.isArray(ops) ? ops : [])
  }
}

export const anythingWrittenAtomically: Mutant = {
  bug: 'writeAtomically() takes what is no list for an empty one.',
  caughtBy: ['PAXOS-ATOMIC-008'],
  createAdapter: healthy,
  parts: { createPaxosStorage: (log, options) => new AnythingWrittenAtomically(log, options) },
}
