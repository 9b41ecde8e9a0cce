/** Generated logs: few keys, so that commands meet each other, and a clock that moves, so that leases end. */
import type { SeededRandom } from '../random.ts'
import type { ModelCommand, ModelEntry } from './model.ts'

const weights = { put: 30, lease: 16, delete: 10, cas: 26, touch: 8, noop: 6, config: 2, wrong: 2 } as const
/** Those of every log. */
export const logKeys = ['a', 'b', 'c', 'd', 'e', 'f', 'ключ', 'long-key-long-key-long-key'] as const
const values = ['', 'A', 'B', 'C'] as const

/** An endless log. Every choice is made by `random`. */
export class LogGenerator {
  readonly #random: SeededRandom
  #index: number
  #term: number
  #time: number

  constructor(
    random: SeededRandom,
    after: { readonly index: number; readonly term: number; readonly clock: number },
  ) {
    this.#random = random
    this.#index = after.index
    this.#term = Math.max(after.term, 1)
    this.#time = after.clock
  }

  entry(): ModelEntry {
    this.#index += 1
    if (this.#random.chance(0.03)) this.#term += this.#random.integer(1, 2)
    // A leader's clock goes on; sometimes an entry is late, and sometimes has no time at all.
    if (this.#random.chance(0.6)) this.#time += this.#random.integer(0, 40)
    const entry = { index: this.#index, term: this.#term, command: this.#command() }
    if (this.#random.chance(0.2)) return entry
    return { ...entry, time: Math.max(0, this.#time - (this.#random.chance(0.1) ? 30 : 0)) }
  }

  entries(count: number): ModelEntry[] {
    return Array.from({ length: count }, () => this.entry())
  }

  #command(): ModelCommand {
    const kind = this.#random.weighted(weights)
    const key = this.#random.pick(logKeys)
    switch (kind) {
      case 'put':
        return { kind, key, value: this.#value() }
      case 'lease':
        return { kind: 'put', key, value: this.#value(), ttlMs: this.#random.integer(1, 120) }
      case 'delete':
        return { kind, key }
      case 'cas': {
        const expected = this.#random.chance(0.3) ? null : this.#random.pick(values)
        const ttl = this.#random.chance(0.3) ? { ttlMs: this.#random.integer(1, 120) } : {}
        return { kind, key, expected, value: this.#random.pick(values), ...ttl }
      }
      case 'touch':
        return { kind, key, ttlMs: this.#random.integer(1, 200) }
      case 'noop':
        return { kind }
      case 'config':
        return { kind, membership: `members at ${this.#index}` }
      case 'wrong':
        return { kind: 'put', key: this.#random.pick(['', 'k'.repeat(1025), 'ttl']), value: 'x', ttlMs: 0 }
      default:
        return kind satisfies never
    }
  }

  #value(): string {
    if (this.#random.chance(0.04)) return 'x'.repeat(this.#random.integer(1_000, 9_000))
    return this.#random.pick(values)
  }
}

/** `entries` cut into chunks of 1 to `lengthMax`, by `random`. */
export function cut(entries: readonly ModelEntry[], random: SeededRandom, lengthMax: number): ModelEntry[][] {
  const chunks: ModelEntry[][] = []
  for (let from = 0; from < entries.length; ) {
    const length = random.integer(1, lengthMax)
    chunks.push(entries.slice(from, from + length))
    from += length
  }
  return chunks
}
