/** The edges of what can be stored. */
import assert from 'node:assert/strict'
import { InvalidArgumentError } from '../../../errors.ts'
import type { LogOp, LogStore } from '../../../log/index.ts'
import type { ContractCase } from '../contract-case.ts'
import { assertLog, assertThrows, metaOf, valuesOf } from '../expectations.ts'
import { append, bytes, compact, numbered, replaceSuffix, setMeta, trim } from '../log-ops.ts'

const notIndexes: readonly unknown[] = [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1', 1n, null]
const notBytes: readonly unknown[] = ['text', null, undefined, 7, [1, 2], new ArrayBuffer(2)]
const last = Number.MAX_SAFE_INTEGER

export const limitCases: readonly ContractCase[] = [
  {
    id: 'LOG-LIMIT-001',
    rule: 'An index is a safe integer >= 0: every operation refuses anything else, and changes nothing.',
    edge: [95, 'P-6'],
    run({ open }) {
      const log = open()
      log.commit([append('a', 'b', 'c')])
      for (const value of notIndexes) {
        const index = value as number
        for (const call of callsWith(log, index)) {
          assertThrows(InvalidArgumentError, call, `${String(call)} with ${String(value)}`)
        }
      }
      assertLog(log, { first: 0, next: 3, values: ['a', 'b', 'c'] })
    },
  },
  {
    id: 'LOG-LIMIT-002',
    rule: 'The highest indexes are written and read like any other, and nothing is written past the last one.',
    edge: [17, 18, 19, 'P-16'],
    run({ open, reopen }) {
      let log = open()
      log.commit([compact(last - 2)])
      log.commit([append('a', 'b')])
      log = reopen(log)
      assertLog(log, { first: last - 2, next: last, floor: last - 2, values: ['a', 'b'] })
      const error = assertThrows(InvalidArgumentError, () => log.commit([append('c')]))
      assert.equal(error.argument, 'entries')
      assertThrows(InvalidArgumentError, () => log.commit([replaceSuffix(last - 1, 'x', 'y')]))
      log.commit([replaceSuffix(last - 1, 'x'), trim(last - 1)])
      assertLog(log, { first: last - 1, next: last, floor: last - 2, values: ['x'] })
    },
  },
  {
    id: 'LOG-LIMIT-003',
    rule: 'A log whose floor is the last index is full, and says so.',
    edge: [17],
    run({ open, reopen }) {
      let log = open()
      log.commit([append('a'), compact(last)])
      log = reopen(log)
      assert.equal(log.nextIndex, last)
      assertThrows(InvalidArgumentError, () => log.commit([append('x')]))
      log.commit([append()])
      log.commit([compact(1)])
      log.commit([append('b')])
      assertLog(log, { first: 0, next: 2, floor: 1, values: ['a', 'b'] })
    },
  },
  {
    id: 'LOG-LIMIT-004',
    rule: 'A value that is no Uint8Array is refused, wherever it stands, and nothing of the commit is written.',
    edge: ['P-2'],
    run({ open }) {
      const log = open()
      log.commit([append('a')])
      const sparse = [bytes('x'), bytes('y'), bytes('z')]
      delete sparse[1]
      for (const bad of notBytes) {
        const value = bad as Uint8Array
        const entries = [bytes('x'), value, bytes('y')]
        assertThrows(InvalidArgumentError, () => log.commit([append('w'), { kind: 'append', entries }]))
        assertThrows(InvalidArgumentError, () => log.commit([{ kind: 'replaceSuffix', from: 0, entries }]))
        assertThrows(InvalidArgumentError, () =>
          log.defer([setMeta('m', '1'), { kind: 'setMeta', key: 'n', value }]),
        )
      }
      assertThrows(InvalidArgumentError, () => log.commit([{ kind: 'append', entries: sparse }]))
      assertLog(log, { first: 0, next: 1, values: ['a'] })
      assert.equal(metaOf(log, 'm'), undefined)
    },
  },
  {
    id: 'LOG-LIMIT-005',
    rule: 'What is no list of operations, or holds something that is none, is refused whole.',
    run({ open }) {
      const log = open()
      log.commit([append('a')])
      const bad: readonly unknown[] = [
        undefined,
        null,
        'append',
        append('x'),
        [append('x'), undefined],
        [append('x'), null],
        [append('x'), {}],
        [append('x'), { kind: 'truncate', from: 0 }],
        [append('x'), { kind: 'append' }],
        [append('x'), { kind: 'append', entries: bytes('xyz') }],
      ]
      for (const ops of bad) {
        assertThrows(InvalidArgumentError, () => log.commit(ops as LogOp[]), `commit(${JSON.stringify(ops)})`)
        assertThrows(InvalidArgumentError, () => log.defer(ops as []), `defer(${JSON.stringify(ops)})`)
      }
      assertLog(log, { first: 0, next: 1, values: ['a'] })
    },
  },
  {
    id: 'LOG-LIMIT-006',
    rule: 'An entry of ten megabytes is stored and found like a small one.',
    edge: [13, 188],
    run({ open, reopen }) {
      const large = new Uint8Array(10_000_000).fill(0x61)
      large[9_999_999] = 0x7a
      const log = open()
      log.commit([{ kind: 'append', entries: [large, bytes('small')] }])
      const found = reopen(log).read(0, 2)
      assert.equal(Buffer.compare(found[0] ?? bytes(''), large), 0)
      assert.deepEqual(found[1], bytes('small'))
    },
  },
  {
    id: 'LOG-LIMIT-007',
    rule: 'Two thousand entries are one commit as two are.',
    edge: [12, 22, 187],
    run({ open, reopen }) {
      let log = open()
      log.commit([append(...numbered(2000))])
      log.commit([replaceSuffix(1000, ...numbered(2000, 1000))])
      log = reopen(log)
      assert.equal(log.nextIndex, 3000)
      assert.deepEqual(valuesOf(log), numbered(3000))
      assert.deepEqual(log.audit(), [])
    },
  },
]

function callsWith(log: LogStore, index: number): readonly (() => unknown)[] {
  return [
    () => log.commit([append('x'), replaceSuffix(index, 'x')]),
    () => log.commit([append('x'), replaceSuffix(index)]),
    () => log.commit([append('x'), trim(index)]),
    () => log.commit([append('x'), compact(index)]),
    () => log.defer([trim(1), trim(index)]),
    () => log.defer([trim(1), compact(index)]),
    () => log.get(index),
    () => log.read(index, 2),
    () => log.read(0, index),
    () => log.entries(index),
    () => log.entries(0, index),
    () => log.reclaim(index),
  ]
}
