import { HardStateRegressionError } from '../../src/errors.ts'
import { type HardState, HardStateStore, RaftLog } from '../../src/raft/index.ts'
import { healthy, type Mutant } from './mutant.ts'
import { raftParts } from './raft-parts.ts'

class ForgetfulHardState<T> extends HardStateStore<T> {
  #changed: HardState | undefined

  override save(state: HardState): void {
    this.#changed = undefined
    try {
      super.save(state)
    } catch (error) {
      if (!(error instanceof HardStateRegressionError) || super.load()?.currentTerm !== state.currentTerm)
        throw error
      this.#changed = state
    }
  }

  override load(): HardState | undefined {
    return this.#changed ?? super.load()
  }
}

export const voteChangedWithinATerm: Mutant = {
  bug: 'A vote is overwritten within its term: given to one, and then to another.',
  caughtBy: ['RAFT-HARDSTATE-004'],
  createAdapter: healthy,
  parts: raftParts(RaftLog, ForgetfulHardState),
}
