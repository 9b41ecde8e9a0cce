/** What a crash leaves: a prefix of what was written, in whole commits. */
import assert from 'node:assert/strict'
import { WriteFailedError } from '../../../errors.ts'
import type { LogOp, LogStore } from '../../../log/index.ts'
import type { CaseContext, ContractCase } from '../contract-case.ts'
import { assertLog, assertThrows, metaOf, valuesOf } from '../expectations.ts'
import { append, compact, numbered, replaceSuffix, setMeta, trim } from '../log-ops.ts'

/** One commit of every kind of operation, and the state around it. */
const mixedCommit: readonly LogOp[] = [
  replaceSuffix(4, 'x', 'y'),
  append('z'),
  trim(2),
  setMeta('promise', 'new'),
  compact(3),
]

export const crashCases: readonly ContractCase[] = [
  {
    id: 'LOG-CRASH-001',
    rule: 'Everything committed survives a crash, with each commit that returned.',
    edge: ['R-2', 'P-5'],
    run({ open, crash }) {
      let log = open()
      for (const [count, value] of numbered(4).entries()) {
        log.commit([append(value), setMeta('count', String(count))])
        log = crash(log)
        assertLog(log, { first: 0, next: count + 1, values: numbered(count + 1) })
        assert.equal(metaOf(log, 'count'), String(count))
      }
    },
  },
  {
    id: 'LOG-CRASH-002',
    rule: 'A trim that survives brings the floor deferred with it: neither is there without the other.',
    edge: [151, 'T-3', 'T-10'],
    run({ open, crash }) {
      let log = open()
      log.commit([append(...numbered(4))])
      log.defer([trim(4)])
      log.defer([compact(4)])
      log = crash(log)
      assertLog(log, { first: 0, next: 4, values: numbered(4) })
      log.defer([trim(4)])
      log.defer([compact(4)])
      log.commit([append('x')])
      log = crash(log)
      assertLog(log, { first: 4, next: 5, floor: 4, values: ['x'] })
    },
  },
  {
    id: 'LOG-CRASH-003',
    rule: 'Where a trim was committed and its floor was lost, reads and appends go on behind what was trimmed.',
    edge: [151, 'T-3'],
    run({ open, crash }) {
      let log = open()
      log.commit([append(...numbered(5))])
      log.defer([trim(3)])
      log.commit([setMeta('a', '1')])
      log.defer([compact(3)])
      log = crash(log)
      assertLog(log, { first: 3, next: 5, floor: 0, values: ['e3', 'e4'] })
      log.defer([trim(5)])
      log.flush()
      log.defer([compact(5)])
      log = crash(log)
      assertLog(log, { first: 5, next: 5, floor: 0, values: [] })
      log.commit([append('x')])
      assertLog(log, { first: 5, next: 6, floor: 0, values: ['x'] })
    },
  },
  ...(['log.commit.before', 'log.commit.inside'] as const).map(
    (site, position): ContractCase => ({
      id: `LOG-CRASH-00${4 + position}`,
      rule: `A commit that failed at ${site} before the crash is not there in any part, nor is what it would have carried.`,
      edge: [168, 169, 'R-7', 'P-4'],
      run(context) {
        let log = filled(context)
        context.failpoints.arm(site, 'return(EIO)')
        assertThrows(WriteFailedError, () => log.commit(mixedCommit))
        context.failpoints.disarm(site)
        log = context.crash(log)
        assertBefore(log)
      },
    }),
  ),
  {
    id: 'LOG-CRASH-006',
    rule: 'A crash after the commit was durable, and before it returned, leaves all of it and all that it carried.',
    edge: [168, 171],
    run(context) {
      let log = filled(context)
      context.failpoints.arm('log.commit.after', 'return')
      assertThrows(WriteFailedError, () => log.commit(mixedCommit))
      context.failpoints.disarm('log.commit.after')
      log = context.crash(log)
      assertAfter(log)
    },
  },
  ...(['log.commit.before', 'log.commit.inside'] as const).map(
    (site, position): ContractCase => ({
      id: position === 0 ? 'LOG-CRASH-007' : 'LOG-CRASH-010',
      rule: `A commit is one step: failing at the second hit of ${site}, if there is one, leaves all of it or nothing.`,
      edge: [168, 176, 'P-4', 'P-7'],
      run(context) {
        let log = filled(context)
        context.failpoints.arm(site, '1*off->return(EIO)')
        try {
          log.commit(mixedCommit)
        } catch (error) {
          assert.ok(error instanceof WriteFailedError, String(error))
        }
        context.failpoints.disarm(site)
        log = context.crash(log)
        if (metaOf(log, 'promise') === 'new') assertAfter(log)
        else assertBefore(log)
      },
    }),
  ),
  {
    id: 'LOG-CRASH-008',
    rule: 'After a crash the next append lands at nextIndex, reads back, and survives the next crash.',
    edge: [169],
    run(context) {
      let log = filled(context)
      context.failpoints.arm('log.commit.inside', 'return(ENOSPC)')
      assertThrows(WriteFailedError, () => log.commit([append('lost', 'lost')]))
      context.failpoints.disarm('log.commit.inside')
      log = context.crash(log)
      log.commit([append('x')])
      log = context.crash(log)
      assertLog(log, { first: 0, next: 7, values: [...numbered(6), 'x'] })
    },
  },
  {
    id: 'LOG-CRASH-009',
    rule: 'A deferred trim that a crash takes back leaves every entry readable again.',
    edge: [75],
    run(context) {
      let log = filled(context)
      log.defer([trim(6)])
      log = context.crash(log)
      assertLog(log, { first: 0, next: 6, values: numbered(6) })
    },
  },
  {
    id: 'LOG-CRASH-011',
    rule: 'A replacement is one step: failing at the second hit of a site, if there is one, leaves the old suffix or the new.',
    edge: [34, 44, 'R-7', 'P-4'],
    run(context) {
      let log = filled(context)
      for (const site of ['log.commit.before', 'log.commit.inside']) {
        context.failpoints.arm(site, '1*off->return(EIO)')
        try {
          log.commit([replaceSuffix(4, 'x', 'y', 'z')])
        } catch (error) {
          assert.ok(error instanceof WriteFailedError, String(error))
        }
        context.failpoints.disarm(site)
        log = context.crash(log)
        const suffix = log.get(4)?.length === 1 ? ['x', 'y', 'z'] : ['e4', 'e5']
        assert.deepEqual(valuesOf(log), [...numbered(4).slice(log.firstIndex), ...suffix])
      }
    },
  },
]

/** Six entries and a promise committed; a floor and a decision deferred. */
function filled(context: CaseContext): LogStore {
  const log = context.open()
  log.commit([append(...numbered(6)), setMeta('promise', 'old')])
  log.defer([setMeta('decided', '2'), trim(1)])
  return log
}

/** What was committed before the mixed commit. */
function assertBefore(log: LogStore): void {
  assertLog(log, { first: 0, next: 6, values: numbered(6) })
  assert.deepEqual([metaOf(log, 'promise'), metaOf(log, 'decided')], ['old', undefined])
}

/** The mixed commit, and what was deferred before it. */
function assertAfter(log: LogStore): void {
  assertLog(log, { first: 2, next: 7, floor: 3, values: ['e2', 'e3', 'x', 'y', 'z'] })
  assert.deepEqual([metaOf(log, 'promise'), metaOf(log, 'decided')], ['new', '2'])
}
