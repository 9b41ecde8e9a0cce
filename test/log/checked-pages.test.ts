import { expect, test } from 'vitest'
import { CorruptionError } from '../../src/errors.ts'
import type { CheckedKeys, LmdbDatabase } from '../../src/lmdb/index.ts'
import { CheckedPages } from '../../src/log/lmdb/checked-pages.ts'
import { entryKey, metaKey } from '../../src/log/records.ts'

/** Leaves of ten entries each, up to `last`, where the last one ends nowhere; what was asked for, in order. */
function checkedLeaves({ last = 100, damaged = Number.POSITIVE_INFINITY } = {}): {
  readonly pages: CheckedPages
  readonly asked: number[]
} {
  const asked: number[] = []
  const assertPages = (from: Uint8Array, to: Uint8Array): CheckedKeys => {
    const first = indexOf(from)
    asked.push(first)
    if (indexOf(to) >= damaged) throw new CorruptionError({ log: 'l' }, 'a page is damaged')
    const lower = Math.min(Math.floor(first / 10) * 10, last - 10)
    const upper = Math.floor(indexOf(to) / 10) * 10 + 10
    return {
      from: lower === 0 ? undefined : entryKey(lower),
      to: upper >= last ? undefined : entryKey(upper),
    }
  }
  return { pages: new CheckedPages({ assertPages } as unknown as LmdbDatabase), asked }
}

function indexOf(key: Uint8Array): number {
  if (key.length === 1) return (key[0] ?? 0) <= 3 ? 0 : 2 ** 40
  return Number(Buffer.from(key).readBigUInt64BE(1))
}

test('pages are checked once', () => {
  const { pages, asked } = checkedLeaves()
  const indexes = [95, 55, 15, 35, 75, 5, 45, 25, 85, 65]
  for (let round = 0; round < 2; round++) for (const index of indexes) pages.assertIndex(index)
  expect(asked).toEqual(indexes)
})

test('where entries are read one after the other, more are checked at a time', () => {
  const { pages, asked } = checkedLeaves()
  for (let index = 20; index < 100; index++) pages.assertIndex(index)
  expect(asked).toEqual([20, 30])
})

test('what is in front of the entries, and behind them, is checked once', () => {
  const { pages, asked } = checkedLeaves()
  for (let round = 0; round < 3; round++) {
    pages.assertHead()
    pages.assertEnd()
  }
  expect(asked).toEqual([0, 2 ** 40])
})

test('entries that are appended ask for nothing', () => {
  const { pages, asked } = checkedLeaves()
  pages.assertEnd()
  for (let index = 90; index < 10_000; index++) pages.assertIndex(index)
  expect(asked).toEqual([2 ** 40])
})

test('a range is checked from where it was not, and ends where pages were not checked', () => {
  const { pages, asked } = checkedLeaves({ last: 1000 })
  pages.assertIndex(30)
  expect(pages.endFrom(35, 60)).toBe(40)
  expect(pages.endFrom(40, 500)).toBe(500)
  expect(pages.endFrom(30, 2 ** 53 - 1)).toBe(500)
  expect(asked).toEqual([30, 40])
})

test('of a short range that is listed, what lies behind it is checked too', () => {
  const { pages, asked } = checkedLeaves({ last: 1000 })
  for (let at = 40; at < 160; at += 30) pages.endFrom(at, at + 30)
  expect(asked).toEqual([40])
})

test('damage behind a short range that is listed does not keep it from being listed', () => {
  const { pages, asked } = checkedLeaves({ last: 1000, damaged: 100 })
  expect(pages.endFrom(40, 55)).toBe(60)
  expect(asked).toEqual([40, 40])
  expect(() => pages.endFrom(90, 120)).toThrow(CorruptionError)
})

test('keys of other kinds bound the entries', () => {
  const asked: Uint8Array[] = []
  const answers: CheckedKeys[] = [
    { from: metaKey('a'), to: Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0, 9, 0) },
    { from: entryKey(10), to: Uint8Array.of(4, 1) },
  ]
  const assertPages = (from: Uint8Array): CheckedKeys => {
    asked.push(Uint8Array.from(from))
    return answers[asked.length - 1] ?? { from: undefined, to: undefined }
  }
  const pages = new CheckedPages({ assertPages } as unknown as LmdbDatabase)
  // Entry 9 is below a key that continues its own.
  for (const index of [0, 9, 10, 2 ** 53 - 2]) pages.assertIndex(index)
  expect(asked).toEqual([entryKey(0), entryKey(10)].map((key) => Uint8Array.from(key)))
})
