import { type HardState, HardStateStore } from '../../src/raft/index.ts'
import { healthy, type Mutant } from './mutant.ts'
import { raftParts } from './raft-parts.ts'

class SavedInMemory<T> extends HardStateStore<T> {
  #held: HardState | undefined

  override save(state: HardState): void {
    this.#held = state
  }

  override load(): HardState | undefined {
    return this.#held ?? super.load()
  }
}

export const voteSavedAtClose: Mutant = {
  bug: 'The hard state is kept in memory and would be written when the node stops.',
  caughtBy: ['RAFT-HARDSTATE-003', 'RAFT-HARDSTATE-004', 'RAFT-PURGE-003'],
  createAdapter: healthy,
  parts: raftParts(undefined, SavedInMemory),
}
