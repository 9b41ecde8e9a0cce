/** Closing a log and opening it again. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ContractCase } from '../contract-case.ts'
import { assertLog, metaOf, viewOf } from '../expectations.ts'
import { append, compact, numbered, replaceSuffix, setMeta, trim } from '../log-ops.ts'

export const reopenCases: readonly ContractCase[] = [
  {
    id: 'LOG-REOPEN-001',
    rule: 'A reopened log shows exactly what the closed one did: cursor, entries, floor and metadata.',
    edge: [122, 'T-3'],
    run({ open, reopen }) {
      let log = open()
      log.commit([append(...numbered(10)), setMeta('a', '1')])
      log.commit([replaceSuffix(8, 'x')])
      log.commit([trim(3), compact(4), setMeta('b', '2')])
      log = reopen(log)
      assertLog(log, { first: 3, next: 9, floor: 4, values: [...numbered(5, 3), 'x'] })
      assert.deepEqual([metaOf(log, 'a'), metaOf(log, 'b')], ['1', '2'])
    },
  },
  {
    id: 'LOG-REOPEN-002',
    rule: 'close() flushes: what was only deferred is there after a reopen.',
    edge: [109, 183],
    run({ open, reopen }) {
      let log = open()
      log.commit([append(...numbered(4))])
      log.defer([trim(2), compact(3), setMeta('a', '1')])
      log = reopen(log)
      assertLog(log, { first: 2, next: 4, floor: 3, values: ['e2', 'e3'] })
      assert.equal(metaOf(log, 'a'), '1')
    },
  },
  {
    id: 'LOG-REOPEN-003',
    rule: 'Opening again and again changes nothing.',
    run({ open, reopen, crash }) {
      let log = open()
      log.commit([append(...numbered(5)), setMeta('a', '1')])
      log.commit([trim(2), compact(7)])
      const view = viewOf(log)
      for (let time = 0; time < 2; time++) {
        log = crash(reopen(log))
        assert.deepEqual(viewOf(log), view)
        assert.equal(metaOf(log, 'a'), '1')
        assert.deepEqual(log.audit(), [])
      }
    },
  },
  {
    id: 'LOG-REOPEN-004',
    rule: 'After trimming and compacting everything, what was appended since is found again, and the next one follows.',
    edge: [7, 138],
    run({ open, reopen }) {
      let log = open()
      log.commit([append('a', 'b', 'c')])
      log.commit([trim(3), compact(3)])
      log.commit([append('seventy-seven')])
      log = reopen(log)
      assertLog(log, { first: 3, next: 4, floor: 3, values: ['seventy-seven'] })
      log.commit([append('x')])
      assertLog(log, { first: 3, next: 5, floor: 3, values: ['seventy-seven', 'x'] })
    },
  },
  {
    // Two empty logs are told apart by their cursors alone: one of them has promised never to write below its own.
    id: 'LOG-REOPEN-005',
    rule: 'An empty log remembers which of the empty logs it is.',
    edge: ['R-1', 'T-3'],
    run({ open, reopen }) {
      let log = open()
      log = reopen(log)
      assertLog(log, { first: 0, next: 0, values: [] })
      log.commit([append('a', 'b')])
      log.commit([replaceSuffix(0)])
      log = reopen(log)
      assertLog(log, { first: 0, next: 0, values: [] })
      log.commit([append('a', 'b'), trim(2)])
      log = reopen(log)
      assertLog(log, { first: 2, next: 2, values: [] })
      log.commit([compact(1)])
      log = reopen(log)
      assertLog(log, { first: 2, next: 2, floor: 1, values: [] })
    },
  },
  {
    id: 'LOG-REOPEN-006',
    rule: 'A reopened log is written to as before: appended, overwritten, trimmed.',
    edge: [54, 55],
    run({ open, reopen }) {
      let log = open()
      log.commit([append(...numbered(4))])
      log = reopen(log)
      log.commit([append('e4'), setMeta('a', '1')])
      log = reopen(log)
      log.commit([replaceSuffix(3, 'x', 'y')])
      log = reopen(log)
      log.commit([trim(4)])
      log = reopen(log)
      assertLog(log, { first: 4, next: 5, values: ['y'] })
    },
  },
  {
    id: 'LOG-REOPEN-007',
    rule: 'Files and directories of others beside the log are left alone and do no harm.',
    edge: [140],
    run({ open, reopen, directory }) {
      writeFileSync(join(directory, 'notes.txt'), 'not a log')
      mkdirSync(join(directory, 'lost+found'))
      let log = open()
      log.commit([append('a')])
      writeFileSync(join(directory, '00000001.wal'), '')
      log = reopen(log)
      assertLog(log, { first: 0, next: 1, values: ['a'] })
    },
  },
  {
    id: 'LOG-REOPEN-008',
    rule: 'close() twice is fine, also after abandon(), and leaving a `using` scope closes.',
    run({ open }) {
      const log = open()
      log.defer([setMeta('a', '1')])
      log[Symbol.dispose]()
      log.close()
      log.abandon()
      const again = open()
      assert.equal(metaOf(again, 'a'), '1')
      again.abandon()
      again.close()
      again.abandon()
      assert.equal(metaOf(open(), 'a'), '1')
    },
  },
  {
    id: 'LOG-REOPEN-009',
    rule: 'A reopened log numbers its entries from what it holds, whatever the metadata beside it says.',
    edge: [118, 'tsoracle #427'],
    run({ open, crash }) {
      let log = open()
      log.commit([append(...numbered(3)), setMeta('decided', '1')])
      log.defer([setMeta('decided', '3')])
      log = crash(log)
      assert.equal(metaOf(log, 'decided'), '1')
      assertLog(log, { first: 0, next: 3, values: numbered(3) })
    },
  },
]
