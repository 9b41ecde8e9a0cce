import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class ClosedLogAnswers extends WrappedLog {
  #lastIndex: number | undefined

  override get nextIndex(): number {
    return this.#lastIndex ?? this.inner.nextIndex
  }

  override close(): void {
    if (!this.#isPoisonedOrClosed()) this.#lastIndex = this.inner.nextIndex
    this.inner.close()
  }

  #isPoisonedOrClosed(): boolean {
    try {
      return this.inner.stats().isPoisoned
    } catch {
      return true
    }
  }
}

export const closedLogAnswers: Mutant = {
  bug: 'A closed log still tells its cursor.',
  caughtBy: ['LOG-CLOSED-001'],
  createAdapter: wrapping(ClosedLogAnswers),
}
