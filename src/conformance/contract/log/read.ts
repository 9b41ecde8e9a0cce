/** Reading entries: one, a range, a walk. */
import assert from 'node:assert/strict'
import { InvalidArgumentError } from '../../../errors.ts'
import type { LogStore } from '../../../log/index.ts'
import type { ContractCase } from '../contract-case.ts'
import { assertLog, assertThrows, textOf } from '../expectations.ts'
import { append, bytes, compact, numbered, replaceSuffix, trim } from '../log-ops.ts'
import { openFilled } from './filled-log.ts'

export const readCases: readonly ContractCase[] = [
  {
    id: 'LOG-READ-001',
    rule: 'read() is half-open: it returns the entries from its first index up to its last, which it leaves out.',
    edge: [88, 92],
    run(context) {
      const log = openFilled(context, 100)
      assert.deepEqual(readTexts(log, 0, 2), ['e0', 'e1'])
      assert.deepEqual(readTexts(log, 25, 76), numbered(51, 25))
      assert.deepEqual(readTexts(log, 99, 100), ['e99'])
      assert.deepEqual(readTexts(log, 0, 100), numbered(100))
    },
  },
  {
    id: 'LOG-READ-002',
    rule: 'A range that reaches past the end is empty, never a prefix of what is there.',
    edge: [89, 92, 96, 102],
    run(context) {
      const log = openFilled(context, 2)
      for (const [from, to] of [
        [0, 3],
        [0, 5],
        [1, 3],
        [2, 3],
      ] as const) {
        assert.deepEqual(log.read(from, to), [], `read(${from}, ${to})`)
      }
      log.commit([replaceSuffix(1)])
      assert.deepEqual(log.read(0, 2), [])
    },
  },
  {
    id: 'LOG-READ-003',
    rule: 'A range that is empty or turned around reads as no entries, wherever it lies.',
    edge: [90, 95, 96, 97, 98],
    run(context) {
      const log = openFilled(context, 7)
      for (const [from, to] of [
        [0, 0],
        [3, 3],
        [5, 2],
        [7, 7],
        [10, 20],
        [20, 10],
      ] as const) {
        assert.deepEqual(log.read(from, to), [], `read(${from}, ${to})`)
        assert.deepEqual([...log.entries(from, to)], [], `entries(${from}, ${to})`)
      }
    },
  },
  {
    id: 'LOG-READ-004',
    rule: 'A range that begins below firstIndex is empty; a walk skips the missing head.',
    edge: [91, 94, 96, 100, 103, 'P-3', 'T-8'],
    run(context) {
      const log = openFilled(context, 3)
      log.commit([trim(1)])
      assert.deepEqual(log.read(0, 3), [])
      assert.deepEqual(log.read(0, 1), [])
      assert.deepEqual(readTexts(log, 1, 3), ['e1', 'e2'])
      assert.deepEqual(
        Array.from(log.entries(0), ({ index, value }) => [index, textOf(value)]),
        [
          [1, 'e1'],
          [2, 'e2'],
        ],
      )
    },
  },
  {
    id: 'LOG-READ-005',
    rule: 'maxBytes stops a read before the sum of the sizes passes it.',
    edge: [93, 97, 'R-8'],
    run({ open }) {
      const log = open()
      log.commit([append('aaaa', 'bbb', 'cc', 'd')])
      const counts = [4, 6, 7, 8, 9, 10, 1000].map((maxBytes) => log.read(0, 4, { maxBytes }).length)
      assert.deepEqual(counts, [1, 1, 2, 2, 3, 4, 4])
      assert.deepEqual(log.read(1, 3, { maxBytes: 5 }).map(textOf), ['bbb', 'cc'])
      assert.equal(log.read(0, 4, { maxBytes: Number.POSITIVE_INFINITY }).length, 4)
      assert.equal(log.read(0, 4, { maxBytes: undefined }).length, 4)
    },
  },
  {
    id: 'LOG-READ-006',
    rule: 'However small maxBytes is, a read that has an entry returns one.',
    edge: [93, 96, 97, 101],
    run({ open }) {
      const log = open()
      log.commit([append('x'.repeat(128), 'y')])
      for (const maxBytes of [0, 1, 127, 128]) {
        assert.equal(log.read(0, 2, { maxBytes }).length, 1, `at most ${maxBytes} bytes`)
      }
      assert.deepEqual(log.read(0, 3, { maxBytes: 1 }), [], 'a gap reads as nothing all the same')
    },
  },
  {
    id: 'LOG-READ-007',
    rule: 'The largest range there is costs nothing: it is empty, and nothing of its size is set aside.',
    edge: [100, 'T-7'],
    run(context) {
      const log = openFilled(context, 3)
      assert.deepEqual(log.read(0, Number.MAX_SAFE_INTEGER), [])
      assert.equal([...log.entries(0, Number.MAX_SAFE_INTEGER)].length, 3)
      log.commit([compact(Number.MAX_SAFE_INTEGER - 1)])
      assert.deepEqual(log.read(2, Number.MAX_SAFE_INTEGER - 1), [])
    },
  },
  {
    id: 'LOG-READ-008',
    rule: 'get() outside the log is undefined.',
    edge: [68, 104],
    run(context) {
      const log = openFilled(context, 10)
      log.commit([trim(3)])
      log.commit([replaceSuffix(8)])
      assert.deepEqual(
        [0, 2, 8, 9, 10, 1000, Number.MAX_SAFE_INTEGER].map((index) => log.get(index)),
        Array.from({ length: 7 }, () => undefined),
      )
      assert.deepEqual(
        [3, 7].map((index) => log.get(index)),
        [bytes('e3'), bytes('e7')],
      )
    },
  },
  {
    id: 'LOG-READ-009',
    rule: 'A walk is clamped to what is there, from both sides.',
    edge: [98],
    run(context) {
      const log = openFilled(context, 11)
      log.commit([trim(2)])
      const indexes = (from?: number, to?: number): number[] =>
        Array.from(log.entries(from, to), ({ index }) => index)
      assert.deepEqual(indexes(8, 100), [8, 9, 10])
      assert.deepEqual(indexes(0, 4), [2, 3])
      assert.deepEqual(indexes(9), [9, 10])
      assert.deepEqual(indexes(), [2, 3, 4, 5, 6, 7, 8, 9, 10])
      assert.deepEqual(indexes(11), [])
    },
  },
  {
    id: 'LOG-READ-010',
    rule: 'What a read returns is a copy: writing into it does not change the log.',
    run(context) {
      const log = openFilled(context, 2)
      log.get(0)?.fill(0x78)
      log.read(0, 2)[1]?.fill(0x78)
      for (const { value } of log.entries()) value.fill(0x78)
      assertLog(log, { first: 0, next: 2, values: ['e0', 'e1'] })
      const held = log.read(0, 2)
      log.commit([replaceSuffix(0, 'zz', 'zz')])
      assert.deepEqual(held.map(textOf), ['e0', 'e1'], 'and the log does not change it')
    },
  },
  {
    id: 'LOG-READ-011',
    rule: 'A walk sees truncations and trims as it goes: it never returns what is gone.',
    edge: [177],
    run(context) {
      const log = openFilled(context, 10)
      const walk = log.entries()
      walk.next()
      log.commit([trim(3), replaceSuffix(6, 'new')])
      assert.deepEqual(
        Array.from(walk, ({ index, value }) => [index, textOf(value)]),
        [
          [3, 'e3'],
          [4, 'e4'],
          [5, 'e5'],
          [6, 'new'],
        ],
      )
    },
  },
  {
    id: 'LOG-READ-012',
    rule: 'A deferred trim is seen by every way of reading at once.',
    run(context) {
      const log = openFilled(context, 4)
      log.defer([trim(2)])
      assertLog(log, { first: 2, next: 4, values: ['e2', 'e3'] })
    },
  },
  {
    id: 'LOG-READ-013',
    rule: 'maxBytes is a number >= 0, and anything else is refused.',
    run(context) {
      const log = openFilled(context, 2)
      for (const maxBytes of [-1, Number.NaN, '10', 10n]) {
        const limit = { maxBytes: maxBytes as number }
        assertThrows(InvalidArgumentError, () => log.read(0, 2, limit), `maxBytes ${String(maxBytes)}`)
      }
    },
  },
]

function readTexts(log: LogStore, from: number, to: number): string[] {
  return log.read(from, to).map(textOf)
}
