import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { TermRuns } from '../../src/raft/term-runs.ts'
import { propertyParameters } from '../property-parameters.ts'

type Act =
  | { readonly kind: 'ask'; readonly at: number }
  | { readonly kind: 'truncate'; readonly at: number }
  | { readonly kind: 'purge'; readonly at: number }
  | { readonly kind: 'append'; readonly rises: readonly number[] }

const place = fc.nat({ max: 25 })
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('ask' as const), at: place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('truncate' as const), at: place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('purge' as const), at: place }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      rises: fc.array(fc.constantFrom(0, 0, 1), { maxLength: 12 }),
    }),
  },
)

test('TermRuns never says another term than the log has, whatever it was told of', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60, size: 'max' }), (acts) => {
      const runs = new TermRuns()
      /** Term by index. */
      const log = new Map<number, number>()
      let next = 1
      for (const each of acts) {
        switch (each.kind) {
          case 'ask': {
            const said = runs.find(each.at)
            const term = log.get(each.at)
            if (said !== undefined) assert.equal(said, term, `term at ${each.at}`)
            if (term === undefined) break
            assert.equal(runs.learn(each.at, term), true)
            assert.equal(runs.find(each.at), term, 'what was learnt is known')
            break
          }
          case 'truncate':
            runs.dropFrom(each.at)
            for (const index of [...log.keys()]) if (index >= each.at) log.delete(index)
            next = Math.min(next, Math.max(each.at, 1))
            break
          case 'purge':
            runs.dropThrough(each.at)
            for (const index of [...log.keys()]) if (index <= each.at) log.delete(index)
            next = Math.max(next, each.at + 1)
            break
          case 'append':
            for (const rise of each.rises) {
              const term = (log.get(next - 1) ?? 50) + rise
              log.set(next, term)
              // Only some are told at once; the others are found by asking.
              if (rise === 0) assert.equal(runs.learn(next, term), true)
              next++
            }
            break
          default:
            each satisfies never
        }
      }
    }),
    propertyParameters(1000),
  )
})

test('TermRuns refuses a term that goes down along the log, or differs from what it knows', () => {
  const runs = new TermRuns()
  assert.deepEqual([runs.learn(10, 5), runs.learn(20, 7)], [true, true])
  assert.deepEqual(
    [runs.learn(5, 6), runs.learn(15, 4), runs.learn(15, 8), runs.learn(25, 6), runs.learn(10, 6)],
    [false, false, false, false, false],
  )
  assert.deepEqual(
    [runs.find(5), runs.find(15), runs.find(25), runs.find(10)],
    [undefined, undefined, undefined, 5],
  )
})

test('TermRuns knows everything between two entries of the same term', () => {
  const runs = new TermRuns()
  runs.learn(1_000_000, 3)
  runs.learn(1, 3)
  assert.equal(runs.find(500_000), 3)
})
