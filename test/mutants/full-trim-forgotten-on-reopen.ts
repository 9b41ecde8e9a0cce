import type { Cursor } from '../../src/log/cursor.ts'
import { MemoryMedium } from '../../src/log/memory/memory-medium.ts'
import { type Mutant, onMedium } from './mutant.ts'

class FullTrimForgottenOnReopen extends MemoryMedium {
  #isOpening = true

  override loadCursor(): Cursor {
    const cursor = super.loadCursor()
    const forgets = this.#isOpening && cursor.first === cursor.end
    this.#isOpening = false
    return forgets ? { ...cursor, first: cursor.floor, denseFrom: cursor.floor, end: cursor.floor } : cursor
  }
}

export const fullTrimForgottenOnReopen: Mutant = {
  bug: 'A log that was trimmed whole is reopened at its floor: the end is derived from the keys that are left.',
  caughtBy: ['LOG-TRIM-005', 'LOG-REOPEN-005', 'PAXOS-CRASH-002'],
  createAdapter: onMedium(FullTrimForgottenOnReopen),
}
