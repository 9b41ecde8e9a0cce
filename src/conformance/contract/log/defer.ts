/** Deferring: visible now, durable no later than the next commit or flush. */
import assert from 'node:assert/strict'
import { InvalidArgumentError, LogGapError, WriteFailedError } from '../../../errors.ts'
import type { DeferrableOp } from '../../../log/index.ts'
import type { ContractCase } from '../contract-case.ts'
import { assertLog, assertThrows, eventsOf, metaOf } from '../expectations.ts'
import { append, compact, deleteMeta, numbered, replaceSuffix, setMeta, trim } from '../log-ops.ts'

export const deferCases: readonly ContractCase[] = [
  {
    id: 'LOG-DEFER-001',
    rule: 'What is deferred is visible at once: trims, floors, and metadata set and deleted.',
    run({ open }) {
      const log = open()
      log.commit([append(...numbered(5)), setMeta('gone', '1')])
      log.defer([trim(2), compact(3), setMeta('a', '1'), deleteMeta('gone')])
      assertLog(log, { first: 2, next: 5, floor: 3, values: numbered(3, 2) })
      assert.deepEqual([metaOf(log, 'a'), metaOf(log, 'gone')], ['1', undefined])
    },
  },
  {
    id: 'LOG-DEFER-002',
    rule: 'The next commit makes everything deferred before it durable, in the same step.',
    edge: ['T-10', 'P-13'],
    run({ open, crash }) {
      let log = open()
      log.commit([append(...numbered(5)), setMeta('gone', '1')])
      log.defer([trim(2)])
      log.defer([compact(3), setMeta('a', '1'), deleteMeta('gone')])
      log.commit([append('x')])
      log = crash(log)
      assertLog(log, { first: 2, next: 6, floor: 3, values: [...numbered(3, 2), 'x'] })
      assert.deepEqual([metaOf(log, 'a'), metaOf(log, 'gone')], ['1', undefined])
    },
  },
  {
    id: 'LOG-DEFER-003',
    rule: 'flush() makes everything deferred before it durable.',
    edge: [182],
    run({ open, crash }) {
      let log = open()
      log.commit([append(...numbered(5))])
      log.defer([trim(2), compact(2)])
      log.defer([setMeta('a', '1')])
      log.flush()
      log = crash(log)
      assertLog(log, { first: 2, next: 5, floor: 2, values: numbered(3, 2) })
      assert.equal(metaOf(log, 'a'), '1')
    },
  },
  {
    id: 'LOG-DEFER-004',
    rule: 'A crash loses what was deferred since the last commit, all of it, and nothing before.',
    edge: [118, 151],
    run({ open, crash }) {
      let log = open()
      log.commit([append(...numbered(5)), setMeta('a', '1')])
      log.defer([trim(1), setMeta('b', '1')])
      log.commit([])
      log.flush()
      log.defer([trim(4), compact(4), setMeta('a', '2'), deleteMeta('b'), setMeta('c', '1')])
      log = crash(log)
      assertLog(log, { first: 1, next: 5, values: numbered(4, 1) })
      assert.deepEqual([metaOf(log, 'a'), metaOf(log, 'b'), metaOf(log, 'c')], ['1', '1', undefined])
    },
  },
  {
    id: 'LOG-DEFER-005',
    rule: 'Deferred changes take effect before the commit that carries them, which has the last word.',
    run({ open, crash }) {
      let log = open()
      log.commit([append(...numbered(5))])
      log.defer([setMeta('a', 'deferred'), setMeta('b', 'deferred'), compact(4)])
      log.commit([setMeta('a', 'committed'), deleteMeta('b'), compact(1)])
      assert.deepEqual([metaOf(log, 'a'), metaOf(log, 'b')], ['committed', undefined])
      log = crash(log)
      assert.deepEqual([metaOf(log, 'a'), metaOf(log, 'b')], ['committed', undefined])
      assertLog(log, { first: 0, next: 5, floor: 1, values: numbered(5) })
    },
  },
  {
    id: 'LOG-DEFER-006',
    rule: 'An append lands where the deferred floor says, also when only the append is a commit.',
    edge: [6],
    run({ open, crash }) {
      let log = open()
      log.commit([append('a')])
      log.defer([trim(1), compact(10)])
      log.commit([append('x')])
      assertLog(log, { first: 10, next: 11, floor: 10, values: ['x'] })
      log = crash(log)
      assertLog(log, { first: 10, next: 11, floor: 10, values: ['x'] })
    },
  },
  {
    id: 'LOG-DEFER-007',
    rule: 'Entries cannot be deferred: append and replaceSuffix are refused, and nothing of the call is there.',
    run({ open }) {
      const log = open()
      log.commit([append('a', 'b')])
      for (const op of [append('x'), append(), replaceSuffix(1, 'x'), replaceSuffix(1)]) {
        const ops = [setMeta('m', '1'), op] as unknown as DeferrableOp[]
        assertThrows(InvalidArgumentError, () => log.defer(ops), op.kind)
      }
      assert.equal(log.getMeta('m'), undefined)
      assertLog(log, { first: 0, next: 2, values: ['a', 'b'] })
      assert.equal(log.stats().deferredOps, 0)
    },
  },
  {
    id: 'LOG-DEFER-008',
    rule: 'A commit that fails takes nothing deferred with it: it stays visible, and the next commit writes it.',
    edge: ['P-2'],
    run({ open, crash, failpoints }) {
      let log = open()
      log.commit([append(...numbered(3))])
      log.defer([trim(1), setMeta('a', '1')])
      const armed = failpoints.arm('log.commit.before', 'return(ENOSPC)')
      assertThrows(WriteFailedError, () => log.commit([append('lost'), setMeta('a', 'lost')]))
      armed.disarm()
      assertLog(log, { first: 1, next: 3, values: ['e1', 'e2'] })
      assert.equal(metaOf(log, 'a'), '1')
      log.commit([append('x')])
      log = crash(log)
      assertLog(log, { first: 1, next: 4, values: ['e1', 'e2', 'x'] })
      assert.equal(metaOf(log, 'a'), '1')
    },
  },
  {
    id: 'LOG-DEFER-009',
    rule: 'A commit that is refused does not make what was deferred durable.',
    run({ open, crash }) {
      let log = open()
      log.commit([append('a')])
      log.defer([setMeta('m', '1')])
      assertThrows(LogGapError, () => log.commit([replaceSuffix(5, 'x')]))
      assert.equal(metaOf(log, 'm'), '1')
      log = crash(log)
      assert.equal(log.getMeta('m'), undefined)
    },
  },
  {
    id: 'LOG-DEFER-010',
    rule: 'stats() counts the operations deferred since the last commit or flush, and says since when.',
    run({ open, reopen }) {
      let log = open()
      assert.deepEqual([log.stats().deferredOps, log.stats().oldestDeferredAt], [0, undefined])
      const before = Date.now()
      log.defer([setMeta('a', '1'), setMeta('b', '1')])
      const since = log.stats().oldestDeferredAt
      assert.ok(since !== undefined && since >= before && since <= Date.now())
      log.defer([trim(0)])
      assert.deepEqual([log.stats().deferredOps, log.stats().oldestDeferredAt], [3, since])
      log.flush()
      assert.deepEqual([log.stats().deferredOps, log.stats().oldestDeferredAt], [0, undefined])
      log.defer([setMeta('a', '2')])
      log.commit([append('x')])
      assert.deepEqual([log.stats().deferredOps, log.stats().oldestDeferredAt], [0, undefined])
      log.defer([setMeta('a', '3')])
      log = reopen(log)
      assert.deepEqual([log.stats().deferredOps, log.stats().oldestDeferredAt], [0, undefined])
    },
  },
  {
    id: 'LOG-DEFER-011',
    rule: 'With nothing to write, commit, defer and flush do not touch the medium.',
    edge: [112, 113],
    run({ open, events }) {
      const log = open()
      log.commit([append('a')])
      const before = eventsOf(events, 'commitStart').length
      log.flush()
      log.commit([])
      log.defer([])
      log.defer([setMeta('a', '1')])
      assert.equal(eventsOf(events, 'commitStart').length, before)
      log.flush()
      assert.equal(eventsOf(events, 'commitStart').length, before + 1)
    },
  },
  {
    id: 'LOG-DEFER-012',
    rule: 'A call to defer is all or nothing: one bad operation leaves none of the others behind.',
    run({ open }) {
      const log = open()
      log.commit([append('a', 'b')])
      const bad = [trim(1), setMeta('m', '1'), compact(-1)]
      assertThrows(InvalidArgumentError, () => log.defer(bad))
      assertLog(log, { first: 0, next: 2, values: ['a', 'b'] })
      assert.equal(log.getMeta('m'), undefined)
      assert.equal(log.stats().deferredOps, 0)
    },
  },
  {
    id: 'LOG-DEFER-013',
    rule: 'Deferred changes to one name take effect in the order given.',
    run({ open, crash }) {
      let log = open()
      log.defer([setMeta('a', '1')])
      log.defer([deleteMeta('a')])
      log.defer([setMeta('a', '3'), setMeta('b', '1')])
      log.defer([deleteMeta('b')])
      assert.deepEqual([metaOf(log, 'a'), metaOf(log, 'b')], ['3', undefined])
      log.flush()
      log = crash(log)
      assert.deepEqual([metaOf(log, 'a'), metaOf(log, 'b')], ['3', undefined])
    },
  },
]
