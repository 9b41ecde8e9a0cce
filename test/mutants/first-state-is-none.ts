import { type HardState, HardStateStore } from '../../src/raft/index.ts'
import { healthy, type Mutant } from './mutant.ts'
import { raftParts } from './raft-parts.ts'

class ZeroIsNone<T> extends HardStateStore<T> {
  override load(): HardState | undefined {
    const state = super.load()
    return state?.currentTerm === 0 && state.votedFor === undefined ? undefined : state
  }
}

export const firstStateIsNone: Mutant = {
  bug: 'A first hard state of term 0 without a vote looks like none.',
  caughtBy: ['RAFT-HARDSTATE-002'],
  createAdapter: healthy,
  parts: raftParts(undefined, ZeroIsNone),
}
