import type { Cursor } from '../../src/log/cursor.ts'
import { MemoryMedium } from '../../src/log/memory/memory-medium.ts'
import { type Mutant, onMedium } from './mutant.ts'

class FailedOpenKeepsItsOwner extends MemoryMedium {
  #hasOpened = false

  override loadCursor(): Cursor {
    this.#hasOpened = true
    return super.loadCursor()
  }

  override release(): void {
    if (this.#hasOpened) super.release()
  }
}

export const failedOpenKeepsItsOwner: Mutant = {
  bug: 'An open that fails leaves the owner it had entered.',
  caughtBy: ['LOG-OWNER-005', 'LOG-FAULT-010'],
  createAdapter: onMedium(FailedOpenKeepsItsOwner),
}
