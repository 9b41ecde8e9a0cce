import type { SeededRandom } from './random.ts'

/** How long a value of a generated history is, in bytes: most are short, some take a page or two, few take many. */
export function sizeOfValue(random: SeededRandom): number {
  const range = random.weighted({ empty: 2, small: 80, page: 16, large: 1.5 })
  return {
    empty: () => 0,
    small: () => random.integer(8, 200),
    page: () => random.integer(1_900, 9_000),
    large: () => random.integer(90_000, 110_000),
  }[range]()
}
