// Rounds in which every contender has one turn, in an order that is drawn anew each round.
import { createRandom } from './random.mjs'
import { turnOrder } from './statistics.mjs'

/**
 * Calls `run(contender, prepared, round)` for every contender in each of `rounds`, after `warmUpRounds` (default half as many)
 * that do not count: a server has long been compiled. Returns the milliseconds that each call took, in one array for each
 * contender. What `prepare(contender)` does for it takes no time.
 */
export async function interleave(
  contenders,
  rounds,
  run,
  { prepare = () => undefined, warmUpRounds = Math.ceil(rounds / 2) } = {},
) {
  const samples = contenders.map(() => [])
  const random = createRandom(1)
  for (let round = -warmUpRounds; round < rounds; round++) {
    for (const position of turnOrder(contenders.length, random)) {
      const prepared = prepare(contenders[position])
      const startedAt = performance.now()
      const pending = run(contenders[position], prepared, round)
      if (pending !== undefined) await pending
      const durationMs = performance.now() - startedAt
      if (round >= 0) samples[position].push(durationMs)
    }
  }
  return samples
}
