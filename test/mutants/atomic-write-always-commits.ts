import type { PaxosOp } from '../../src/paxos/index.ts'
import { PaxosStorage } from '../../src/paxos/index.ts'
import { healthy, type Mutant } from './mutant.ts'

class AtomicWriteAlwaysCommits<T, S> extends PaxosStorage<T, S> {
  override writeAtomically(ops: readonly PaxosOp<T, S>[]): void {
    super.writeAtomically(ops)
    this.log.flush()
  }
}

export const atomicWriteAlwaysCommits: Mutant = {
  bug: 'writeAtomically() commits deferred operations too.',
  caughtBy: ['PAXOS-ATOMIC-006', 'PAXOS-SKEW-004', 'PAXOS-SKEW-005'],
  createAdapter: healthy,
  parts: { createPaxosStorage: (log, options) => new AtomicWriteAlwaysCommits(log, options) },
}
