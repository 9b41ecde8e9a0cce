/** The compaction floor. */
import assert from 'node:assert/strict'
import type { ContractCase } from '../contract-case.ts'
import { assertLog, assertView, textOf } from '../expectations.ts'
import { append, compact, numbered, replaceSuffix, trim } from '../log-ops.ts'
import { openFilled } from './filled-log.ts'

export const compactCases: readonly ContractCase[] = [
  {
    id: 'LOG-COMPACT-001',
    rule: 'A floor inside the log removes nothing: the entries below it stay readable until they are trimmed.',
    edge: [79],
    run(context) {
      const log = openFilled(context, 4)
      log.commit([compact(3)])
      assertLog(log, { first: 0, next: 4, floor: 3, values: numbered(4) })
      log.commit([append('e4')])
      assertLog(log, { first: 0, next: 5, floor: 3, values: numbered(5) })
    },
  },
  {
    id: 'LOG-COMPACT-002',
    rule: 'An empty log follows a floor ahead of it: both firstIndex and nextIndex, and the next append is there.',
    edge: [8, 71],
    run({ open, reopen }) {
      let log = open()
      log.commit([compact(10_000)])
      assertLog(log, { first: 10_000, next: 10_000, floor: 10_000, values: [] })
      log = reopen(log)
      assertLog(log, { first: 10_000, next: 10_000, floor: 10_000, values: [] })
      log.commit([append('a', 'b')])
      assertLog(log, { first: 10_000, next: 10_002, floor: 10_000, values: ['a', 'b'] })
    },
  },
  {
    id: 'LOG-COMPACT-003',
    rule: 'After trimming and compacting everything the next append is at the floor, in whichever order they came.',
    edge: [7, 138, 'tsoracle #186'],
    run(context) {
      const log = openFilled(context, 4)
      log.commit([trim(4), compact(4)])
      log.commit([append('e4')])
      assertLog(log, { first: 4, next: 5, floor: 4, values: ['e4'] })
      log.commit([compact(5), trim(5)])
      log.commit([append('e5')])
      assertLog(log, { first: 5, next: 6, floor: 5, values: ['e5'] })
    },
  },
  {
    id: 'LOG-COMPACT-004',
    rule: 'The next append is at a floor beyond the end, and what lies below stays as it was, with a hole between.',
    edge: [6, 16, 57],
    run(context) {
      let log = openFilled(context, 2)
      log.commit([compact(10)])
      assertView(log, {
        firstIndex: 0,
        nextIndex: 10,
        compactedIndex: 10,
        entries: [
          [0, 'e0'],
          [1, 'e1'],
        ],
      })
      log.commit([append('x')])
      log = context.reopen(log)
      assertView(log, {
        firstIndex: 0,
        nextIndex: 11,
        compactedIndex: 10,
        entries: [
          [0, 'e0'],
          [1, 'e1'],
          [10, 'x'],
        ],
      })
      assert.deepEqual(log.read(0, 11), [], 'a hole is never read over')
      assert.deepEqual(log.read(1, 3), [])
      assert.deepEqual(log.read(9, 11), [])
      assert.deepEqual(log.read(0, 2).map(textOf), ['e0', 'e1'])
      assert.deepEqual(log.read(10, 11).map(textOf), ['x'])
      assert.equal(log.get(5), undefined)
    },
  },
  {
    // A store that only goes up cannot serve an engine that rolls a floor back because its trim failed.
    id: 'LOG-COMPACT-005',
    rule: 'The floor moves down as well as up, and what was not trimmed is there again above it.',
    edge: [83, 'T-9'],
    run(context) {
      const log = openFilled(context, 4)
      log.commit([compact(4)])
      log.commit([compact(1)])
      assertLog(log, { first: 0, next: 4, floor: 1, values: numbered(4) })
      log.commit([replaceSuffix(1, 'x')])
      log.commit([compact(0)])
      assertLog(context.reopen(log), { first: 0, next: 2, floor: 0, values: ['e0', 'x'] })
    },
  },
  {
    id: 'LOG-COMPACT-006',
    rule: 'Lowering a floor that was beyond the end gives back what it added, and never less than was accepted.',
    run(context) {
      let log = openFilled(context, 3)
      log.commit([trim(3)])
      log.commit([compact(10)])
      assertLog(log, { first: 10, next: 10, floor: 10, values: [] })
      log = context.reopen(log)
      log.commit([compact(1)])
      assertLog(log, { first: 3, next: 3, floor: 1, values: [] })
      log.commit([append('x')])
      assertLog(context.reopen(log), { first: 3, next: 4, floor: 1, values: ['x'] })
    },
  },
  {
    id: 'LOG-COMPACT-007',
    rule: 'The floor is there after a reopen and a crash, once committed.',
    edge: [122, 151],
    run(context) {
      let log = openFilled(context, 5)
      log.commit([trim(3), compact(3)])
      log = context.crash(log)
      assertLog(log, { first: 3, next: 5, floor: 3, values: ['e3', 'e4'] })
      log = context.reopen(log)
      assertLog(log, { first: 3, next: 5, floor: 3, values: ['e3', 'e4'] })
    },
  },
  {
    id: 'LOG-COMPACT-008',
    rule: 'Setting the same floor again changes nothing.',
    edge: [72, 82],
    run(context) {
      const log = openFilled(context, 3)
      log.commit([compact(2)])
      log.commit([compact(2), compact(2)])
      assertLog(log, { first: 0, next: 3, floor: 2, values: numbered(3) })
    },
  },
  {
    id: 'LOG-COMPACT-009',
    rule: 'Of two floors in one commit the last one holds.',
    run(context) {
      const log = openFilled(context, 3)
      log.commit([compact(9), compact(1), append('x')])
      assertLog(log, { first: 0, next: 4, floor: 1, values: [...numbered(3), 'x'] })
    },
  },
  {
    id: 'LOG-COMPACT-010',
    rule: 'Trimming below a floor that jumped past the end leaves what was appended at the floor.',
    run(context) {
      let log = openFilled(context, 3)
      log.commit([compact(10)])
      log.commit([append('x', 'y')])
      log.commit([trim(2)])
      assertView(log, {
        firstIndex: 2,
        nextIndex: 12,
        compactedIndex: 10,
        entries: [
          [2, 'e2'],
          [10, 'x'],
          [11, 'y'],
        ],
      })
      log.commit([trim(10)])
      log = context.reopen(log)
      assertLog(log, { first: 10, next: 12, floor: 10, values: ['x', 'y'] })
    },
  },
  {
    id: 'LOG-COMPACT-011',
    rule: 'Lowering the floor behind a hole and truncating inside the hole leaves what is below the hole.',
    run(context) {
      let log = openFilled(context, 2)
      log.commit([compact(10)])
      log.commit([append('x')])
      log.commit([compact(0), replaceSuffix(5, 'y')])
      log = context.reopen(log)
      assertView(log, {
        firstIndex: 0,
        nextIndex: 6,
        compactedIndex: 0,
        entries: [
          [0, 'e0'],
          [1, 'e1'],
          [5, 'y'],
        ],
      })
    },
  },
]
