import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OrderedMap } from '../../../src/state-machine/files/ordered-map.ts'
import { propertyParameters } from '../../property-parameters.ts'

/** Few keys, so that they meet; many of them, so that nodes split. */
const key = fc.integer({ min: 0, max: 3000 }).map((number) => String.fromCharCode(number >> 8, number & 0xff))
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('set' as const), key, value: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), key }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deleteRange' as const), key, count: fc.nat(400) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('copy' as const), goesOnWithCopy: fc.boolean() }) },
)
const bound = fc.option(key, { nil: undefined })

function sorted(model: ReadonlyMap<string, number>): [string, number][] {
  return [...model].sort(([left], [right]) => (left < right ? -1 : 1))
}

function entriesOf(map: OrderedMap<number>, range: Parameters<OrderedMap<number>['walk']>[0] = {}) {
  const entries: [string, number][] = []
  map.walk(range, (key, value) => entries.push([key, value]) > 0)
  return entries
}

test('an ordered map and its copies are as a Map that is copied and sorted would be', () => {
  fc.assert(
    fc.property(
      fc.array(step, { size: 'max', maxLength: 1500, minLength: 200 }),
      bound,
      bound,
      fc.boolean(),
      (steps, from, to, reverse) => {
        let map = new OrderedMap<number>()
        const model = new Map<string, number>()
        const copies: { readonly map: OrderedMap<number>; readonly model: Map<string, number> }[] = []
        for (const each of steps) {
          if (each.kind === 'set') {
            expect(map.set(each.key, each.value)).toBe(model.get(each.key))
            model.set(each.key, each.value)
          } else if (each.kind === 'delete') {
            expect(map.delete(each.key)).toBe(model.get(each.key))
            model.delete(each.key)
          } else if (each.kind === 'deleteRange') {
            const range = sorted(model).filter(([key]) => key >= each.key)
            for (const [key] of range.slice(0, each.count)) {
              map.delete(key)
              model.delete(key)
            }
          } else {
            const copy = map.copy()
            copies.push({ map: each.goesOnWithCopy ? map : copy, model: new Map(model) })
            if (each.goesOnWithCopy) map = copy
          }
        }
        for (const each of [...copies, { map, model }]) {
          const expected = sorted(each.model)
          expect(entriesOf(each.map)).toEqual(expected)
          expect(each.map.size).toBe(expected.length)
          const within = expected.filter(([key]) => (from ?? '') <= key && (to === undefined || key < to))
          const asked = { from, to, reverse }
          expect(entriesOf(each.map, asked)).toEqual(reverse ? within.reverse() : within)
        }
        for (const [key, value] of model) expect(map.get(key)).toBe(value)
      },
    ),
    propertyParameters(30),
  )
})

test('a walk ends when its visitor has had enough', () => {
  const map = new OrderedMap<number>()
  for (let at = 0; at < 1000; at++) map.set(String.fromCharCode(at), at)
  for (const reverse of [false, true]) {
    const seen: number[] = []
    map.walk({ reverse }, (_, value) => seen.push(value) < 70)
    expect(seen).toHaveLength(70)
  }
})

test('10,000 keys in ascending order are found, and removed in the same order', () => {
  const map = new OrderedMap<number>()
  const keys = Array.from({ length: 10_000 }, (_, at) => String(at).padStart(6, '0'))
  keys.forEach((key, at) => void map.set(key, at))
  keys.forEach((key, at) => void expect(map.delete(key)).toBe(at))
  expect(map.size).toBe(0)
  expect(entriesOf(map)).toEqual([])
})
