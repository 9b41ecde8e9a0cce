/** Trimming: removing the log's prefix. */
import assert from 'node:assert/strict'
import type { ContractCase } from '../contract-case.ts'
import { assertLog } from '../expectations.ts'
import { append, compact, numbered, trim } from '../log-ops.ts'
import { openFilled } from './filled-log.ts'

export const trimCases: readonly ContractCase[] = [
  {
    id: 'LOG-TRIM-001',
    rule: 'trim() removes the entries below its index and moves firstIndex there.',
    edge: [59, 62, 64, 70],
    run(context) {
      const log = openFilled(context, 10)
      log.commit([trim(4)])
      assertLog(log, { first: 4, next: 10, values: numbered(6, 4) })
    },
  },
  {
    id: 'LOG-TRIM-002',
    rule: 'trim() at or below firstIndex changes nothing.',
    edge: [61, 63, 69, 72, 'P-7', 'P-13'],
    run(context) {
      const log = openFilled(context, 10)
      log.commit([trim(0)])
      assertLog(log, { first: 0, next: 10, values: numbered(10) })
      log.commit([trim(5)])
      for (const upTo of [5, 3, 0]) {
        log.commit([trim(upTo)])
        assertLog(log, { first: 5, next: 10, values: numbered(5, 5) })
      }
    },
  },
  {
    id: 'LOG-TRIM-003',
    rule: 'trim() beyond nextIndex stops at nextIndex.',
    edge: [65, 71],
    run(context) {
      const log = openFilled(context, 3)
      log.commit([trim(20)])
      assertLog(log, { first: 3, next: 3, values: [] })
      log.commit([trim(Number.MAX_SAFE_INTEGER)])
      assertLog(log, { first: 3, next: 3, values: [] })
    },
  },
  {
    // The store we start from, and others, begin again at the floor: an acceptor would forget how far it accepted.
    id: 'LOG-TRIM-004',
    rule: 'Trimming everything never moves nextIndex: the next append continues behind what was trimmed.',
    edge: [24, 60, 66, 73, 'T-3', 'P-22'],
    run(context) {
      const log = openFilled(context, 3)
      log.commit([trim(3)])
      assertLog(log, { first: 3, next: 3, values: [] })
      log.commit([append('x')])
      assertLog(log, { first: 3, next: 4, values: ['x'] })
    },
  },
  {
    id: 'LOG-TRIM-005',
    rule: 'After trimming everything a reopened log continues where it was, also with the floor left behind.',
    edge: [60, 'T-3', 'R-1', 'P-9', 'tsoracle #186'],
    run(context) {
      let log = openFilled(context, 4)
      log.commit([trim(4)])
      log = context.reopen(log)
      assertLog(log, { first: 4, next: 4, values: [] })
      log = context.reopen(log)
      log.commit([append('x')])
      assertLog(log, { first: 4, next: 5, values: ['x'] })
    },
  },
  {
    id: 'LOG-TRIM-006',
    rule: 'What was trimmed stays away after a reopen and a crash.',
    edge: [62, 151, 175],
    run(context) {
      let log = openFilled(context, 100)
      log.commit([trim(51)])
      log = context.crash(log)
      assertLog(log, { first: 51, next: 100, values: numbered(49, 51) })
      log = context.reopen(log)
      assertLog(log, { first: 51, next: 100, values: numbered(49, 51) })
    },
  },
  {
    id: 'LOG-TRIM-007',
    rule: 'trim() on an empty log changes nothing.',
    edge: [61],
    run({ open }) {
      const log = open()
      log.commit([trim(0)])
      log.commit([trim(7)])
      assertLog(log, { first: 0, next: 0, values: [] })
      log.commit([append('a')])
      assertLog(log, { first: 0, next: 1, values: ['a'] })
    },
  },
  {
    id: 'LOG-TRIM-008',
    rule: 'trim() never moves the compaction floor.',
    run(context) {
      const log = openFilled(context, 5)
      log.commit([trim(2)])
      assert.equal(log.compactedIndex, 0)
      log.commit([compact(1), trim(5)])
      assertLog(log, { first: 5, next: 5, floor: 1, values: [] })
    },
  },
  {
    id: 'LOG-TRIM-009',
    rule: 'One trim after another adds up, and reads below the last are empty.',
    edge: [76],
    run(context) {
      const log = openFilled(context, 50)
      log.commit([trim(20)])
      log.commit([trim(30)])
      assertLog(log, { first: 30, next: 50, values: numbered(20, 30) })
      assert.deepEqual(log.read(20, 40), [])
    },
  },
  {
    id: 'LOG-TRIM-010',
    rule: 'Within one commit, trim sees the appends before it and not those after it.',
    run({ open }) {
      const log = open()
      log.commit([append('a', 'b'), trim(9), append('c')])
      assertLog(log, { first: 2, next: 3, values: ['c'] })
    },
  },
  {
    id: 'LOG-TRIM-011',
    rule: 'reclaim() gives back at most as many entries as asked, and all by default, without changing the view.',
    edge: [75],
    run(context) {
      const log = openFilled(context, 400)
      log.defer([trim(390)])
      const before = log.stats().reclaimableEntries
      assert.equal(before, 390)
      assert.equal(log.reclaim(10), 10)
      assert.equal(log.stats().reclaimableEntries, before - 10)
      assert.equal(log.reclaim(0), 0)
      assert.equal(log.reclaim(), before - 10)
      assert.equal(log.reclaim(), 0)
      assert.equal(log.stats().reclaimableEntries, 0)
      assertLog(log, { first: 390, next: 400, values: numbered(10, 390) })
      assertLog(context.reopen(log), { first: 390, next: 400, values: numbered(10, 390) })
    },
  },
  {
    id: 'LOG-TRIM-012',
    rule: 'Trimmed entries whose space is not given back yet are shown by nothing, also after a reopen.',
    edge: [62, 175],
    run(context) {
      let log = openFilled(context, 600)
      log.commit([trim(600)])
      assertLog(log, { first: 600, next: 600, values: [] })
      log.commit([append('x')])
      log = context.reopen(log)
      assertLog(log, { first: 600, next: 601, values: ['x'] })
      log.reclaim()
      assertLog(log, { first: 600, next: 601, values: ['x'] })
      assert.equal(log.stats().reclaimableEntries, 0)
    },
  },
  {
    id: 'LOG-TRIM-013',
    rule: 'Later commits give back the space of trimmed entries by themselves.',
    run(context) {
      const log = openFilled(context, 600)
      log.commit([trim(600)])
      for (let commit = 0; commit < 600 && log.stats().reclaimableEntries > 0; commit++) {
        const before = log.stats().reclaimableEntries
        log.commit([append('x')])
        assert.ok(log.stats().reclaimableEntries < before, 'each commit gives some back')
      }
      assert.equal(log.stats().reclaimableEntries, 0)
    },
  },
]
