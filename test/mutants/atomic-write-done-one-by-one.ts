import type { PaxosOp } from '../../src/paxos/index.ts'
import { PaxosStorage } from '../../src/paxos/index.ts'
import { healthy, type Mutant } from './mutant.ts'

class AtomicWriteDoneOneByOne<T, S> extends PaxosStorage<T, S> {
  override writeAtomically(ops: readonly PaxosOp<T, S>[]): void {
    if (!Array.isArray(ops) || ops.length === 0) super.writeAtomically(ops)
    else for (const op of ops) super.writeAtomically([op])
  }
}

export const atomicWriteDoneOneByOne: Mutant = {
  bug: 'writeAtomically() does one operation after another.',
  caughtBy: ['PAXOS-ATOMIC-002', 'PAXOS-ATOMIC-003', 'PAXOS-SKEW-001', 'PAXOS-SKEW-002'],
  createAdapter: healthy,
  parts: { createPaxosStorage: (log, options) => new AtomicWriteDoneOneByOne(log, options) },
}
