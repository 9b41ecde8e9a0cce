import type { Cursor } from '../../src/log/cursor.ts'
import { MemoryMedium } from '../../src/log/memory/memory-medium.ts'
import { type Mutant, onMedium } from './mutant.ts'

class TrimForgottenOnReopen extends MemoryMedium {
  #isOpening = true

  override loadCursor(): Cursor {
    const cursor = super.loadCursor()
    const lowest = Math.min(...this.storedIndexes(0, cursor.end, 1), cursor.first)
    const forgets = this.#isOpening
    this.#isOpening = false
    return forgets ? { ...cursor, first: lowest, denseFrom: lowest } : cursor
  }
}

export const trimForgottenOnReopen: Mutant = {
  bug: 'The first index is not stored: trimmed entries that linger are there again after a reopen.',
  caughtBy: ['LOG-TRIM-012'],
  createAdapter: onMedium(TrimForgottenOnReopen),
}
