/** Random choices that a seed decides, so that a run can be made again. */

/** Largest seed: 32 bits. */
export const seedMax = 0xffff_ffff

/** A stream of choices. Two streams with the same seed and name are the same, on every host. */
export class SeededRandom {
  #state: number

  /** `seed` is 0 to {@link seedMax}; `name` tells the streams of one seed apart. */
  constructor(seed: number, name = '') {
    this.#state = mix(seed >>> 0)
    for (let at = 0; at < name.length; at++)
      this.#state = mix(this.#state ^ (name.charCodeAt(at) + at * 0x101))
  }

  /** From 0 to below 1. */
  fraction(): number {
    this.#state = (this.#state + 0x9e37_79b9) >>> 0
    return mix(this.#state) / 2 ** 32
  }

  /** An integer from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1))
  }

  /** True with a chance of `fraction`. */
  chance(fraction: number): boolean {
    return this.fraction() < fraction
  }

  /** One of `items`, which has some. */
  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.integer(0, items.length - 1)] ?? items[0]
  }

  /** One of the names, each as likely as its weight. There is a weight above 0. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][]
    let left = this.fraction() * entries.reduce((sum, [, weight]) => sum + weight, 0)
    const chosen = entries.find(([, weight]) => {
      left -= weight
      return left < 0
    })
    return (chosen ?? (entries.at(-1) as [K, number]))[0]
  }

  /** The same items in another order. */
  shuffled<T>(items: readonly T[]): T[] {
    return items
      .map((item) => ({ item, at: this.fraction() }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item)
  }
}

/** Spreads the bits of a 32-bit number over all of it. */
function mix(value: number): number {
  let bits = value
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0_aaad)
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a_2d97)
  return (bits ^ (bits >>> 15)) >>> 0
}
