/** The benchmark's arithmetic. Its modules are plain JavaScript, so they are taken as they come. */
import assert from 'node:assert/strict'
import { test } from 'vitest'

const { quantileOf, summarize, pairedRatio, pairedDifference, turnOrder } = await import(
  new URL('../../scripts/bench/statistics.mjs', import.meta.url).href
)
const { createRandom } = await import(new URL('../../scripts/bench/random.mjs', import.meta.url).href)

test('quantileOf() is a sample, whatever their order', () => {
  const samples = Array.from({ length: 100 }, (_, position) => 100 - position)
  assert.equal(quantileOf(samples, 0.5), 50)
  assert.equal(quantileOf(samples, 0.99), 99)
  assert.equal(quantileOf(samples, 1), 100)
  assert.equal(quantileOf(samples, 0), 1)
})

test('quantileOf() leaves the samples in their order', () => {
  const samples = [3, 1, 2]
  quantileOf(samples, 0.5)
  assert.deepEqual(samples, [3, 1, 2])
})

test('quantileOf() of nothing is refused', () => {
  assert.throws(() => quantileOf([], 0.5), /no quantile/)
})

test('summarize() counts the rounds', () => {
  assert.deepEqual(summarize([5]), { p50: 5, p99: 5, rounds: 1 })
})

test('pairedRatio() forgives what slows both at once', () => {
  assert.equal(pairedRatio([2, 20, 200], [1, 10, 100]), 2)
})

test('pairedDifference() is the median of the differences', () => {
  assert.equal(pairedDifference([11, 25, 103], [10, 20, 100]), 3)
})

test('turnOrder() has everybody in each round, and all orders in many', () => {
  const random = createRandom(1)
  const orders = Array.from({ length: 200 }, () => turnOrder(3, random))
  for (const order of orders) assert.deepEqual([...order].sort(), [0, 1, 2])
  assert.equal(new Set(orders.map(String)).size, 6)
})

test('createRandom() says the same again for the same seed, and something else for another', () => {
  const take = (seed: number): number[] => Array.from({ length: 8 }, createRandom(seed))
  assert.deepEqual(take(7), take(7))
  assert.notDeepEqual(take(7), take(8))
  for (const value of take(7)) assert.ok(Number.isInteger(value) && value >= 0 && value < 2 ** 32)
})
