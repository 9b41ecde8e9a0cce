/** What the benchmark promises, against figures that keep it and figures that do not. */
import assert from 'node:assert/strict'
import { test } from 'vitest'

const { judge } = await import(new URL('../../scripts/bench/targets.mjs', import.meta.url).href)

interface Figures {
  readonly toLmdb?: number
  readonly openRatio?: number
  readonly trimMedianMs?: number
  readonly p99Ratio?: number
  readonly failpointUs?: number
  readonly noiseUs?: number
}

function missedWith(figures: Figures): number {
  const { toLmdb = 1.15, openRatio = 1.5, trimMedianMs = 4.9, p99Ratio = 2 } = figures
  const { failpointUs = 0, noiseUs = 0 } = figures
  const judged = judge({
    commits: [{ batch: 1, times: [{ name: 'holdfast', toLmdb, toLmdbPaired: toLmdb }] }],
    opens: { short: { entries: 1 }, long: { entries: 2 }, ratio: openRatio },
    trims: { entries: 2, commits: 1, kinds: [{ verb: 'commit', trimMedianMs, p99Ratio }] },
    overheads: {
      onDisk: [
        { name: 'plain', differenceUs: 0, p50Us: 300 },
        { name: 'plain again', differenceUs: noiseUs, p50Us: 300 },
        { name: 'failpoints disarmed', differenceUs: failpointUs, p50Us: 300 },
      ],
    },
  })
  return judged.filter(({ isMet }: { isMet: boolean }) => !isMet).length
}

test('judge() is content with figures at their bounds', () => {
  assert.equal(missedWith({}), 0)
})

for (const [what, figures] of Object.entries<Figures>({
  'a commit above 1.15 times raw lmdb': { toLmdb: 1.16 },
  'an open that grows with the log': { openRatio: 1.51 },
  'a trim of 5 ms': { trimMedianMs: 5 },
  'a slow tail after a trim': { p99Ratio: 2.01 },
  'a failpoint that is felt': { failpointUs: 3.1 },
})) {
  test(`judge() misses ${what}`, () => {
    assert.equal(missedWith(figures), 1)
  })
}

test('judge() does not take noise for the cost of a failpoint', () => {
  assert.equal(missedWith({ failpointUs: 3.1, noiseUs: -4 }), 0)
})
