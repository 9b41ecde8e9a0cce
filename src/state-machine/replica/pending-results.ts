/** Who waits for the result of which entry, and the results of late for who asks late. */
import type { LogId } from '../../raft/index.ts'
import type { ApplyResult } from '../core/plan-chunk.ts'
import { ResultLostError } from './errors.ts'

interface Waiter {
  readonly at: LogId
  readonly resolve: (result: ApplyResult) => void
  readonly reject: (error: unknown) => void
}

export class PendingResults {
  readonly #kept: number
  readonly #waiters = new Map<number, Waiter[]>()
  /** In the order of their indexes. */
  readonly #recent = new Map<number, ApplyResult>()

  /** Every entry up to here was told of, or never will be. */
  #toldThrough: number

  constructor(kept: number, toldThrough: number) {
    this.#kept = kept
    this.#toldThrough = toldThrough
  }

  get size(): number {
    return this.#waiters.size
  }

  wait(at: LogId): Promise<ApplyResult> {
    return new Promise((resolve, reject) => {
      const waiter = { at: { index: at.index, term: at.term }, resolve, reject }
      const known = this.#recent.get(at.index)
      if (known !== undefined) settle(waiter, known)
      else if (at.index <= this.#toldThrough) reject(new ResultLostError('forgotten', at))
      else this.#waiters.set(at.index, [...(this.#waiters.get(at.index) ?? []), waiter])
    })
  }

  tell(results: readonly ApplyResult[]): void {
    for (const result of results) {
      this.#recent.set(result.index, result)
      this.#toldThrough = Math.max(this.#toldThrough, result.index)
      for (const waiter of this.#take(result.index)) settle(waiter, result)
    }
    for (const index of this.#recent.keys()) {
      if (this.#recent.size <= this.#kept) break
      this.#recent.delete(index)
    }
  }

  /** A snapshot stands for everything through `index`. */
  coverThrough(index: number): void {
    this.#toldThrough = Math.max(this.#toldThrough, index)
    for (const at of [...this.#waiters.keys()]) {
      if (at > index) continue
      for (const waiter of this.#take(at)) waiter.reject(new ResultLostError('covered', waiter.at))
    }
  }

  rejectAll(error: unknown): void {
    for (const at of [...this.#waiters.keys()]) for (const waiter of this.#take(at)) waiter.reject(error)
  }

  #take(index: number): readonly Waiter[] {
    const waiters = this.#waiters.get(index) ?? []
    this.#waiters.delete(index)
    return waiters
  }
}

/** An entry that was proposed and then replaced by another leader's must not be answered with that one's result. */
function settle({ at, resolve, reject }: Waiter, result: ApplyResult): void {
  if (result.term === at.term) resolve(result)
  else reject(new ResultLostError('replaced', at))
}
