/**
 * What is known of the terms along a log, without reading it again. Terms never go down along a log, so two entries of the
 * same term have only entries of that term between them: it is enough to remember, for each term, the lowest and the highest
 * index at which it was seen. A look-up is a binary search over the terms, however long the log is.
 */

interface TermRun {
  readonly term: number
  /** The first and the last index where the term was seen: everything between has it too. */
  from: number
  through: number
}

export class TermRuns {
  /** Ascending and disjoint, with ascending terms. */
  #runs: TermRun[] = []

  /** The term at `index`, if it follows from what is known. */
  find(index: number): number | undefined {
    const run = this.#runs[this.#countUpTo(index) - 1]
    return run !== undefined && index <= run.through ? run.term : undefined
  }

  /** Remembers that the entry at `index` has `term`. False, and nothing is remembered, when that contradicts what is known. */
  learn(index: number, term: number): boolean {
    const position = this.#countUpTo(index)
    const before = this.#runs[position - 1]
    const after = this.#runs[position]
    if (before !== undefined && index <= before.through) return before.term === term
    if ((before !== undefined && term < before.term) || (after !== undefined && term > after.term))
      return false
    if (before?.term === term) before.through = index
    else if (after?.term === term) after.from = index
    else this.#runs.splice(position, 0, { term, from: index, through: index })
    return true
  }

  /** Forgets everything at or above `index`. */
  dropFrom(index: number): void {
    const kept = this.#runs.filter((run) => run.from < index)
    const last = kept.at(-1)
    if (last !== undefined) last.through = Math.min(last.through, index - 1)
    this.#runs = kept
  }

  /** Forgets everything at or below `index`. */
  dropThrough(index: number): void {
    const kept = this.#runs.filter((run) => run.through > index)
    const first = kept[0]
    if (first !== undefined) first.from = Math.max(first.from, index + 1)
    this.#runs = kept
  }

  /** How many runs begin at or below `index`. */
  #countUpTo(index: number): number {
    let low = 0
    let high = this.#runs.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const run = this.#runs[middle]
      if (run !== undefined && run.from <= index) low = middle + 1
      else high = middle
    }
    return low
  }
}
