/** Intervals of indexes, as few as can be: neighbours become one. Pure. */

export class IndexIntervals {
  /** Ascending; the interval at a place is `[starts, ends)`, and neither meets nor overlaps another. */
  readonly #starts: number[] = []
  readonly #ends: number[] = []
  /** The one that was asked for last: neighbours are asked for together. */
  #start = 0
  #end = 0

  /** The end of the interval that `index` is in; `undefined`: it is in none. */
  endAt(index: number): number | undefined {
    if (index >= this.#start && index < this.#end) return this.#end
    const at = this.#placeOf(index)
    const end = this.#ends[at]
    if (end === undefined || index >= end) return undefined
    this.#start = this.#starts[at] ?? 0
    this.#end = end
    return end
  }

  add(start: number, end: number): void {
    // The first one that does not end before the new one begins, and the first one that begins behind it.
    let from = this.#placeOf(start)
    if ((this.#ends[from] ?? Number.NEGATIVE_INFINITY) < start) from += 1
    const to = this.#placeOf(end) + 1
    const isMet = from < to
    const first = isMet ? Math.min(start, this.#starts[from] ?? start) : start
    const last = isMet ? Math.max(end, this.#ends[to - 1] ?? end) : end
    this.#starts.splice(from, Math.max(to - from, 0), first)
    this.#ends.splice(from, Math.max(to - from, 0), last)
    this.#start = first
    this.#end = last
  }

  get count(): number {
    return this.#starts.length
  }

  /** The last interval that begins at `index` or before; -1: none does. */
  #placeOf(index: number): number {
    let low = -1
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.#starts[middle] ?? 0) <= index) low = middle
      else high = middle - 1
    }
    return low
  }
}
