/** Replacing the log's suffix: truncation, and overwriting what a new leader disagrees with. */
import assert from 'node:assert/strict'
import { CompactedError, LogGapError } from '../../../errors.ts'
import type { LogStore } from '../../../log/index.ts'
import type { CaseContext, ContractCase } from '../contract-case.ts'
import { assertLog, assertThrows } from '../expectations.ts'
import { append, compact, numbered, replaceSuffix, trim } from '../log-ops.ts'

export const replaceSuffixCases: readonly ContractCase[] = [
  {
    id: 'LOG-REPLACE-001',
    rule: 'replaceSuffix() removes every entry from its index on and writes the new ones there.',
    edge: [26, 32, 33],
    run(context) {
      const log = filled(context, 'a', 'b', 'c')
      log.commit([replaceSuffix(1, 'x', 'y')])
      assertLog(log, { first: 0, next: 3, values: ['a', 'x', 'y'] })
    },
  },
  {
    id: 'LOG-REPLACE-002',
    rule: 'A replacement shorter than what it replaces moves nextIndex back, and the next append leaves no gap.',
    edge: [27, 34],
    run(context) {
      const log = filled(context, 'a', 'b', 'c', 'd', 'e')
      log.commit([replaceSuffix(2, 'x', 'y')])
      log.commit([append('z')])
      assertLog(log, { first: 0, next: 5, values: ['a', 'b', 'x', 'y', 'z'] })
      log.commit([replaceSuffix(1, 'w')])
      assertLog(log, { first: 0, next: 2, values: ['a', 'w'] })
    },
  },
  {
    id: 'LOG-REPLACE-003',
    rule: 'A replacement longer than what it replaces extends the log.',
    edge: [40, 41],
    run(context) {
      const log = filled(context, 'a', 'b', 'c')
      log.commit([replaceSuffix(2, 'x', 'y', 'z')])
      assertLog(log, { first: 0, next: 5, values: ['a', 'b', 'x', 'y', 'z'] })
      log.commit([replaceSuffix(0, ...numbered(7))])
      assertLog(log, { first: 0, next: 7, values: numbered(7) })
    },
  },
  {
    id: 'LOG-REPLACE-004',
    rule: 'replaceSuffix() at nextIndex is an append.',
    run(context) {
      const log = filled(context)
      log.commit([replaceSuffix(0, 'a')])
      log.commit([replaceSuffix(1, 'b', 'c')])
      assertLog(log, { first: 0, next: 3, values: ['a', 'b', 'c'] })
    },
  },
  {
    id: 'LOG-REPLACE-005',
    rule: 'Without entries replaceSuffix() truncates, down to none.',
    edge: [35, 47, 49, 50, 51, 52, 53],
    run(context) {
      const log = filled(context, ...numbered(10))
      for (const length of [9, 5, 1, 0]) {
        log.commit([replaceSuffix(length)])
        assertLog(log, { first: 0, next: length, values: numbered(length) })
      }
      log.commit([append('a')])
      assertLog(log, { first: 0, next: 1, values: ['a'] })
    },
  },
  {
    id: 'LOG-REPLACE-006',
    rule: 'Without entries, at or beyond nextIndex, replaceSuffix() changes nothing.',
    edge: [28, 48, 58, 'T-4', 'R-5'],
    run(context) {
      const log = filled(context, 'a', 'b')
      for (const from of [2, 3, 10, Number.MAX_SAFE_INTEGER]) {
        log.commit([replaceSuffix(from)])
        assertLog(log, { first: 0, next: 2, values: ['a', 'b'] })
      }
      log.commit([append('c')])
      assertLog(context.reopen(log), { first: 0, next: 3, values: ['a', 'b', 'c'] })
    },
  },
  {
    id: 'LOG-REPLACE-007',
    rule: 'Entries beyond nextIndex are refused with LogGapError, which names both indexes, and nothing changes.',
    edge: [9, 10, 14, 15, 16, 'T-6'],
    run(context) {
      const log = filled(context, 'a', 'b')
      const error = assertThrows(LogGapError, () => log.commit([replaceSuffix(3, 'x')]))
      assert.deepEqual([error.index, error.nextIndex, error.code], [3, 2, 'HOLDFAST_LOG_GAP'])
      assertThrows(LogGapError, () => log.commit([append('c'), replaceSuffix(10, 'x')]))
      assertLog(log, { first: 0, next: 2, values: ['a', 'b'] })
      log.commit([append('c')])
      assertLog(context.reopen(log), { first: 0, next: 3, values: ['a', 'b', 'c'] })
    },
  },
  {
    id: 'LOG-REPLACE-008',
    rule: 'Below firstIndex it is refused with CompactedError, with entries and without, and nothing changes.',
    edge: [29, 30, 31, 42, 'T-5'],
    run(context) {
      const log = filled(context, 'a', 'b', 'c', 'd')
      log.commit([trim(2)])
      const error = assertThrows(CompactedError, () => log.commit([replaceSuffix(1, 'x')]))
      assert.deepEqual([error.index, error.firstIndex, error.compactedIndex], [1, 2, 0])
      assertThrows(CompactedError, () => log.commit([replaceSuffix(0)]))
      assertLog(log, { first: 2, next: 4, values: ['c', 'd'] })
    },
  },
  {
    id: 'LOG-REPLACE-009',
    rule: 'Below the compaction floor it is refused with CompactedError, also where the entries are still there.',
    edge: [39, 'T-5'],
    run(context) {
      const log = filled(context, 'a', 'b', 'c', 'd')
      log.commit([compact(3)])
      const error = assertThrows(CompactedError, () => log.commit([replaceSuffix(2, 'x')]))
      assert.deepEqual([error.index, error.firstIndex, error.compactedIndex], [2, 0, 3])
      assertLog(log, { first: 0, next: 4, floor: 3, values: ['a', 'b', 'c', 'd'] })
      log.commit([replaceSuffix(3, 'x', 'y')])
      assertLog(log, { first: 0, next: 5, floor: 3, values: ['a', 'b', 'c', 'x', 'y'] })
    },
  },
  {
    id: 'LOG-REPLACE-010',
    rule: 'Truncating at firstIndex empties a trimmed log, and the next append continues there.',
    edge: [51],
    run(context) {
      let log = filled(context, 'a', 'b', 'c', 'd')
      log.commit([trim(2), compact(2)])
      log.commit([replaceSuffix(2)])
      assertLog(log, { first: 2, next: 2, floor: 2, values: [] })
      log = context.reopen(log)
      log.commit([append('x')])
      assertLog(log, { first: 2, next: 3, floor: 2, values: ['x'] })
    },
  },
  {
    id: 'LOG-REPLACE-011',
    rule: 'What was truncated does not come back: not by a reopen, a crash, or a later append.',
    edge: [34, 36, 47, 54, 55, 104, 'R-3', 'R-4'],
    run(context) {
      let log = filled(context, ...numbered(100))
      log.commit([replaceSuffix(75)])
      log = context.crash(log)
      assertLog(log, { first: 0, next: 75, values: numbered(75) })
      log.commit([append('new')])
      log = context.reopen(log)
      assertLog(log, { first: 0, next: 76, values: [...numbered(75), 'new'] })
    },
  },
  {
    id: 'LOG-REPLACE-012',
    rule: 'Overwriting again and again leaves the last words only, also after a reopen.',
    edge: [40, 'P-15'],
    run(context) {
      let log = filled(context, ...numbered(5))
      log.commit([replaceSuffix(1, 'b', 'c', 'd')])
      log.commit([replaceSuffix(3, 'D', 'E', 'F')])
      log.commit([replaceSuffix(4)])
      log = context.reopen(log)
      assertLog(log, { first: 0, next: 4, values: ['e0', 'b', 'c', 'D'] })
    },
  },
  {
    id: 'LOG-REPLACE-013',
    rule: 'Within one commit, a replacement also cuts what the same commit appended before it.',
    edge: [37],
    run(context) {
      const log = filled(context, 'a')
      log.commit([append('b', 'c', 'd'), replaceSuffix(2, 'x'), append('y'), replaceSuffix(3, 'z')])
      assertLog(log, { first: 0, next: 4, values: ['a', 'b', 'x', 'z'] })
      log.commit([append('p', 'q'), replaceSuffix(1)])
      assertLog(log, { first: 0, next: 1, values: ['a'] })
    },
  },
  {
    id: 'LOG-REPLACE-014',
    rule: 'A replacement is one commit on the medium, not a truncation and an append.',
    edge: [44, 'R-7', 'P-4'],
    run(context) {
      const log = filled(context, 'a', 'b', 'c')
      const startsBefore = context.events.filter(({ kind }) => kind === 'commitStart').length
      log.commit([replaceSuffix(1, 'x', 'y')])
      assert.equal(context.events.filter(({ kind }) => kind === 'commitStart').length - startsBefore, 1)
      assertLog(log, { first: 0, next: 3, values: ['a', 'x', 'y'] })
    },
  },
  {
    id: 'LOG-REPLACE-015',
    rule: 'The refusals know what was only deferred: a suffix below a deferred floor or trim is compacted.',
    run(context) {
      const log = filled(context, 'a', 'b', 'c')
      log.defer([trim(2)])
      assertThrows(CompactedError, () => log.commit([replaceSuffix(1, 'x')]))
      log.defer([compact(3)])
      assertThrows(CompactedError, () => log.commit([replaceSuffix(2, 'x')]))
      assertLog(log, { first: 2, next: 3, floor: 3, values: ['c'] })
    },
  },
]

function filled(context: CaseContext, ...values: readonly string[]): LogStore {
  const log = context.open()
  log.commit([append(...values)])
  return log
}
