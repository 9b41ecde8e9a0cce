import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { CompactedError, LogGapError } from '../../src/errors.ts'
import type { Cursor } from '../../src/log/cursor.ts'
import * as cursors from '../../src/log/cursor.ts'
import { propertyParameters } from '../property-parameters.ts'

type Move =
  | { readonly kind: 'append'; readonly count: number }
  | { readonly kind: 'replaceSuffix'; readonly from: number; readonly count: number }
  | { readonly kind: 'trim'; readonly upTo: number }
  | { readonly kind: 'compact'; readonly index: number }

const plain = { noNullPrototype: true } as const
const index = fc.oneof({ weight: 9, arbitrary: fc.nat({ max: 12 }) }, { weight: 1, arbitrary: fc.nat() })
const count = fc.nat({ max: 4 })
const move: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ kind: fc.constant('append' as const), count }, plain),
  fc.record({ kind: fc.constant('replaceSuffix' as const), from: index, count }, plain),
  fc.record({ kind: fc.constant('trim' as const), upTo: index }, plain),
  fc.record({ kind: fc.constant('compact' as const), index }, plain),
)

function moved(cursor: Cursor, by: Move): Cursor {
  switch (by.kind) {
    case 'append':
      return cursors.append(cursor, by.count)
    case 'replaceSuffix':
      return cursors.replaceSuffix(cursor, by.from, by.count)
    case 'trim':
      return cursors.trim(cursor, by.upTo)
    case 'compact':
      return cursors.compact(cursor, by.index)
    default:
      return by satisfies never
  }
}

/** Where some moves lead, the refused ones left out: every cursor that a log can come to, and only those. */
const reachable: fc.Arbitrary<Cursor> = fc.array(move, { maxLength: 12, size: 'max' }).map((moves) =>
  moves.reduce((cursor, by) => {
    try {
      return moved(cursor, by)
    } catch {
      return cursor
    }
  }, cursors.emptyCursor),
)

function law<Given extends [unknown, ...unknown[]]>(
  name: string,
  ...given: [...{ [K in keyof Given]: fc.Arbitrary<Given[K]> }, (...given: Given) => void]
): void {
  test(name, () => {
    const check = given.pop() as (...given: Given) => void
    const arbitraries = given as unknown as [fc.Arbitrary<unknown>]
    fc.assert(
      fc.property(fc.tuple(...arbitraries), (values) => check(...(values as unknown as Given))),
      propertyParameters(2000),
    )
  })
}

law<[Cursor, Move]>('an incoherent cursor never results', reachable, move, (cursor, by) => {
  assert.ok(cursors.isCoherent(cursor))
  let after: Cursor
  try {
    after = moved(cursor, by)
  } catch (error) {
    assert.ok(error instanceof CompactedError || error instanceof LogGapError, String(error))
    return
  }
  assert.ok(cursors.isCoherent(after), JSON.stringify(after))
  assert.ok(cursors.firstIndex(after) <= cursors.nextIndex(after), 'firstIndex <= nextIndex')
  assert.ok(cursors.compactedIndex(after) <= cursors.nextIndex(after), 'compactedIndex <= nextIndex')
})

law<[Cursor, number]>(
  'append moves nextIndex by its count, and nothing else but an empty log',
  reachable,
  count,
  (cursor, n) => {
    const after = cursors.append(cursor, n)
    assert.equal(cursors.nextIndex(after), cursors.nextIndex(cursor) + n)
    assert.equal(cursors.compactedIndex(after), cursors.compactedIndex(cursor))
    assert.equal(cursors.firstIndex(after), cursors.firstIndex(cursor))
  },
)

law<[Cursor, number]>(
  'an append after a jump leaves a hole below what it wrote, and none above',
  reachable,
  fc.integer({ min: 1, max: 4 }),
  (cursor, n) => {
    const after = cursors.append(cursor, n)
    const hasEntries = cursor.first < cursor.end
    const jumps = cursors.nextIndex(cursor) > cursor.end
    assert.equal(after.denseFrom, hasEntries && !jumps ? cursor.denseFrom : cursors.nextIndex(cursor))
    assert.equal(after.first, hasEntries ? cursor.first : cursors.nextIndex(cursor))
  },
)

law<[Cursor, number]>('trim never moves nextIndex, nor the floor', reachable, index, (cursor, upTo) => {
  const after = cursors.trim(cursor, upTo)
  assert.equal(cursors.nextIndex(after), cursors.nextIndex(cursor))
  assert.equal(cursors.compactedIndex(after), cursors.compactedIndex(cursor))
})

law<[Cursor, number]>(
  'trim moves firstIndex to its argument, within the entries, and never back',
  reachable,
  index,
  (cursor, upTo) => {
    const after = cursors.trim(cursor, upTo)
    const isEmpty = cursor.first === cursor.end
    const expected = isEmpty || upTo >= cursor.end ? cursors.nextIndex(cursor) : Math.max(cursor.first, upTo)
    assert.equal(cursors.firstIndex(after), expected)
    assert.ok(cursors.firstIndex(after) >= cursors.firstIndex(cursor))
  },
)

law<[Cursor, number]>('trimming twice is trimming once', reachable, index, (cursor, upTo) => {
  const once = cursors.trim(cursor, upTo)
  assert.ok(cursors.isSame(cursors.trim(once, upTo), once))
})

law<[Cursor, number, number]>(
  'replaceSuffix ends at from + n, or is refused',
  reachable,
  index,
  count,
  (cursor, from, n) => {
    const first = cursors.firstIndex(cursor)
    const next = cursors.nextIndex(cursor)
    const replace = () => cursors.replaceSuffix(cursor, from, n)
    if (from < first || from < cursor.floor) assert.throws(replace, CompactedError)
    else if (from > next && n > 0) assert.throws(replace, LogGapError)
    else if (from > next)
      assert.ok(cursors.isSame(replace(), cursor), 'beyond the end without entries nothing changes')
    else assert.equal(cursors.nextIndex(replace()), from + n)
  },
)

law<[Cursor, number, number]>(
  'replaceSuffix never moves the floor, nor firstIndex of a log that keeps entries',
  reachable,
  index,
  count,
  (cursor, from, n) => {
    let after: Cursor
    try {
      after = cursors.replaceSuffix(cursor, from, n)
    } catch {
      return
    }
    assert.equal(after.floor, cursor.floor)
    assert.equal(cursors.firstIndex(after), cursors.firstIndex(cursor))
  },
)

law<[Cursor, number]>('replaceSuffix at nextIndex is append', reachable, count, (cursor, n) => {
  assert.ok(
    cursors.isSame(cursors.replaceSuffix(cursor, cursors.nextIndex(cursor), n), cursors.append(cursor, n)),
  )
})

law<[Cursor, number, number]>(
  'lowering a raised floor gives back exactly what raising gave',
  reachable,
  index,
  index,
  (cursor, raised, between) => {
    const back = cursors.compact(cursors.compact(cursors.compact(cursor, raised), between), cursor.floor)
    assert.ok(cursors.isSame(back, cursor), JSON.stringify(back))
  },
)

law<[Cursor, number]>(
  'nextIndex after compact is the floor or the end of the entries, whichever is higher',
  reachable,
  index,
  (cursor, floor) => {
    const after = cursors.compact(cursor, floor)
    assert.equal(cursors.compactedIndex(after), floor)
    assert.equal(cursors.nextIndex(after), Math.max(cursor.end, floor))
  },
)

law<[Cursor, number]>('compact never hides or shows an entry', reachable, index, (cursor, floor) => {
  const after = cursors.compact(cursor, floor)
  assert.deepEqual([after.first, after.denseFrom, after.end], [cursor.first, cursor.denseFrom, cursor.end])
})

law<[Cursor]>('after trim and compact of everything the next append continues there', reachable, (cursor) => {
  const next = cursors.nextIndex(cursor)
  const after = cursors.append(cursors.compact(cursors.trim(cursor, next), next), 1)
  assert.deepEqual([cursors.firstIndex(after), cursors.nextIndex(after)], [next, next + 1])
})

law<[Cursor, Move]>('a move leaves the cursor it began from as it was', reachable, move, (cursor, by) => {
  const before = { ...cursor }
  try {
    moved(Object.freeze(cursor), by)
  } catch (error) {
    assert.ok(error instanceof CompactedError || error instanceof LogGapError, String(error))
  }
  assert.deepEqual(cursor, before)
})
