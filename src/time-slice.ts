/** Long work in short pieces, between which the event loop has its turn. */
import { setImmediate } from 'node:timers/promises'

/** Of work that goes on without a turn for anybody else, in milliseconds. */
const sliceMs = 5

/** `if (slice.isOver) await slice.next()` between two small pieces of work. */
export class TimeSlice {
  #startedAt = performance.now()

  get isOver(): boolean {
    return performance.now() - this.#startedAt >= sliceMs
  }

  /** Resolves after everybody else had their turn; another slice begins then. */
  async next(): Promise<void> {
    await setImmediate()
    this.#startedAt = performance.now()
  }
}
