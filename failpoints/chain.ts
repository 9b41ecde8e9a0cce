import type { FailpointAction } from './actions.ts'
import type { Random } from './random.ts'

/** One link of a chain: an action, how often it fires at a hit, and how many times at most. */
export interface FailpointTerm<Action extends FailpointAction = FailpointAction> {
  /** 0 to 100; undefined fires at every hit. */
  readonly percent: number | undefined
  /** 1 to 4,294,967,295; undefined never runs out. */
  readonly count: number | undefined
  readonly action: Action
}

/**
 * Decides which of its terms fires at each hit: the first one that has some of its count left and, if it has a
 * percentage, draws below it. Only firing uses up the count, and only a term that is asked draws.
 */
export class FailpointChain {
  readonly #links: readonly { readonly term: FailpointTerm; remaining: number }[]
  readonly #random: Random

  constructor(terms: readonly FailpointTerm[], random: Random) {
    this.#links = terms.map((term) => ({ term, remaining: term.count ?? Number.POSITIVE_INFINITY }))
    this.#random = random
  }

  /** The action to perform at this hit; undefined when no term fires. */
  next(): FailpointAction | undefined {
    for (const link of this.#links) {
      if (link.remaining === 0) continue
      // A fraction is below 1, so 100 always fires; it is never below 0, so 0 never does.
      if (link.term.percent !== undefined && this.#random() * 100 >= link.term.percent) continue
      link.remaining -= 1
      return link.term.action
    }
    return undefined
  }
}
