/** Those who wait until an index is applied. */
import type { AppliedState } from '../core/values.ts'

interface Waiter {
  readonly index: number
  readonly resolve: (applied: AppliedState) => void
  readonly reject: (reason: unknown) => void
}

export class AppliedWaiters {
  readonly #waiters = new Set<Waiter>()

  /** Resolves when {@link settle} is told of `index` or a later one. */
  wait(index: number, signal?: AbortSignal): Promise<AppliedState> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#waiters.delete(waiter)
        reject(signal?.reason)
      }
      const stopListening = (): void => signal?.removeEventListener('abort', abort)
      const waiter: Waiter = {
        index,
        resolve: (applied) => {
          stopListening()
          resolve(applied)
        },
        reject: (reason) => {
          stopListening()
          reject(reason)
        },
      }
      this.#waiters.add(waiter)
      signal?.addEventListener('abort', abort, { once: true })
    })
  }

  settle(applied: AppliedState): void {
    for (const waiter of this.#waiters) {
      if (waiter.index > applied.index) continue
      this.#waiters.delete(waiter)
      waiter.resolve(applied)
    }
  }

  /** Nothing will be applied any more. */
  rejectAll(reason: unknown): void {
    for (const waiter of this.#waiters) waiter.reject(reason)
    this.#waiters.clear()
  }
}
