import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IndexIntervals } from '../../src/log/lmdb/index-intervals.ts'
import { propertyParameters } from '../property-parameters.ts'

const interval = fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 12 })).map(([start, length]) => ({
  start,
  end: start + length,
}))

test('law: an index is in the intervals when it is in one that was added, which end where no neighbour is', () => {
  const law = fc.property(fc.array(interval, { maxLength: 20 }), fc.nat(60), (added, asked) => {
    const intervals = new IndexIntervals()
    const inside = new Set<number>()
    for (const { start, end } of added) {
      intervals.add(start, end)
      for (let index = start; index < end; index++) inside.add(index)
      // Asked in between: the one that was asked for last is remembered.
      expect(intervals.endAt(asked) !== undefined).toBe(inside.has(asked))
    }
    for (let index = 0; index < 60; index++) {
      let end = index
      while (inside.has(end)) end += 1
      expect(intervals.endAt(index)).toBe(end === index ? undefined : end)
    }
    const begins = [...inside].filter((index) => !inside.has(index - 1))
    expect(intervals.count).toBe(begins.length)
  })
  fc.assert(law, propertyParameters(300))
})
