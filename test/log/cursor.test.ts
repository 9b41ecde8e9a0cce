import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { CompactedError, LogGapError } from '../../src/errors.ts'
import * as cursors from '../../src/log/cursor.ts'
import { thrownBy } from '../thrown-by.ts'

describe('isCoherent()', () => {
  test('takes the empty cursor', () => {
    assert.ok(cursors.isCoherent(cursors.emptyCursor))
  })

  test('takes a floor anywhere', () => {
    assert.ok(cursors.isCoherent({ first: 3, denseFrom: 4, end: 5, floor: 0 }))
    assert.ok(cursors.isCoherent({ first: 3, denseFrom: 4, end: 5, floor: Number.MAX_SAFE_INTEGER }))
  })

  test.each([
    ['first below 0', { first: -1, denseFrom: 0, end: 0, floor: 0 }],
    ['denseFrom below first', { first: 2, denseFrom: 1, end: 3, floor: 0 }],
    ['end below denseFrom', { first: 0, denseFrom: 4, end: 3, floor: 0 }],
    ['a floor below 0', { first: 0, denseFrom: 0, end: 0, floor: -1 }],
    ['a fraction', { first: 0, denseFrom: 0, end: 0.5, floor: 0 }],
    ['more than a safe integer', { first: 0, denseFrom: 0, end: 2 ** 53, floor: 0 }],
    ['not a number', { first: 0, denseFrom: 0, end: Number.NaN, floor: 0 }],
  ])('refuses %s', (_, cursor) => {
    assert.equal(cursors.isCoherent(cursor), false)
  })
})

test('isSame() looks at all four numbers', () => {
  const cursor = { first: 1, denseFrom: 2, end: 3, floor: 4 }
  assert.ok(cursors.isSame(cursor, { ...cursor }))
  for (const name of ['first', 'denseFrom', 'end', 'floor'] as const) {
    assert.equal(cursors.isSame(cursor, { ...cursor, [name]: 9 }), false, name)
  }
})

test('a floor that jumped past the end leaves a hole when entries follow', () => {
  const held = cursors.append(cursors.emptyCursor, 3)
  const jumped = cursors.append(cursors.compact(held, 7), 2)
  assert.deepEqual(jumped, { first: 0, denseFrom: 7, end: 9, floor: 7 })
})

test('a rolled-back floor takes its jump with it: an acceptor never claims entries that it did not store', () => {
  const held = cursors.append(cursors.emptyCursor, 3)
  const rolledBack = cursors.compact(cursors.compact(held, 10), 0)
  assert.equal(cursors.nextIndex(rolledBack), 3)
})

test('replaceSuffix() below the floor says where the log begins', () => {
  const cursor = cursors.compact(cursors.trim(cursors.append(cursors.emptyCursor, 6), 2), 4)
  const error = thrownBy(() => cursors.replaceSuffix(cursor, 3, 1))
  assert.ok(error instanceof CompactedError)
  assert.deepEqual([error.index, error.firstIndex, error.compactedIndex], [3, 2, 4])
})

test('replaceSuffix() beyond nextIndex says where the log ends', () => {
  const error = thrownBy(() => cursors.replaceSuffix(cursors.append(cursors.emptyCursor, 2), 3, 1))
  assert.ok(error instanceof LogGapError)
  assert.deepEqual([error.index, error.nextIndex], [3, 2])
})

test('replaceSuffix() into a hole closes it from below', () => {
  const holed = cursors.append(cursors.compact(cursors.append(cursors.emptyCursor, 3), 7), 2)
  const replaced = cursors.replaceSuffix(cursors.compact(holed, 0), 5, 1)
  assert.deepEqual(replaced, { first: 0, denseFrom: 5, end: 6, floor: 0 })
})
