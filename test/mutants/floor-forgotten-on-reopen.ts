import type { Cursor } from '../../src/log/cursor.ts'
import { MemoryMedium } from '../../src/log/memory/memory-medium.ts'
import { type Mutant, onMedium } from './mutant.ts'

class FloorForgottenOnReopen extends MemoryMedium {
  #isOpening = true

  override loadCursor(): Cursor {
    const cursor = super.loadCursor()
    const forgets = this.#isOpening
    this.#isOpening = false
    return forgets ? { ...cursor, floor: 0 } : cursor
  }
}

export const floorForgottenOnReopen: Mutant = {
  bug: 'The compaction floor is not stored.',
  caughtBy: ['LOG-COMPACT-007', 'PAXOS-SNAPSHOT-003'],
  createAdapter: onMedium(FloorForgottenOnReopen),
}
