/** Writes and reads that fail, at each failpoint site of the log. */
import assert from 'node:assert/strict'
import { CorruptionError, type FailureReason, PoisonedError, WriteFailedError } from '../../../errors.ts'
import { type LogStore, logSites } from '../../../log/index.ts'
import type { CaseContext, ContractCase } from '../contract-case.ts'
import { assertLog, assertThrows, eventsOf, metaOf } from '../expectations.ts'
import { append, numbered, replaceSuffix, setMeta, trim } from '../log-ops.ts'

/** What a site in front of the write may be asked for, and what comes of it. */
const cleanFailures: readonly { readonly actions: string; readonly reason: FailureReason }[] = [
  { actions: 'return', reason: 'injected' },
  { actions: 'throw(no such luck)', reason: 'injected' },
  { actions: 'return(ENOSPC)', reason: 'no_space' },
  { actions: 'return(EROFS)', reason: 'read_only' },
]

export const faultCases: readonly ContractCase[] = [
  ...(['log.commit.before', 'log.commit.inside'] as const).flatMap((site, position): ContractCase[] => [
    {
      id: `LOG-FAULT-00${1 + 2 * position}`,
      rule: `A clean failure at ${site} is WriteFailedError: cursor and medium are as before, and the next write succeeds.`,
      edge: [21, 169, 172, 178, 189, 190, 'P-1', 'P-2'],
      run(context) {
        let log = filled(context)
        for (const { actions, reason } of cleanFailures) {
          const error = failing(context, site, actions, () =>
            log.commit([replaceSuffix(1, 'x', 'y', 'z', 'w'), setMeta('a', '2'), trim(1)]),
          )
          assert.deepEqual(
            [error.reason, error.inDoubt, error.code],
            [reason, false, 'HOLDFAST_WRITE_FAILED'],
          )
          assertUnchanged(log)
        }
        log.commit([append('e3')])
        log = context.crash(log)
        assertLog(log, { first: 0, next: 4, values: numbered(4) })
        assert.equal(metaOf(log, 'a'), '1')
      },
    },
    {
      id: `LOG-FAULT-00${2 + 2 * position}`,
      // The site would let a second try pass, as a kernel does that has dropped what it could not write.
      rule: `A single I/O error at ${site} leaves the medium in doubt: it is not tried again, and the log is poisoned.`,
      edge: [43, 170, 171, 172, 173],
      run(context) {
        const log = filled(context)
        const error = failing(context, site, '1*return(EIO)', () => log.commit([append('x')]))
        assert.deepEqual([error.reason, error.inDoubt], ['io', true])
        assertThrows(PoisonedError, () => log.nextIndex)
        assertUnchanged(context.reopen(log))
      },
    },
  ]),
  {
    id: 'LOG-FAULT-005',
    rule: 'A failure after the commit was durable is in doubt: the log is poisoned, and opened again it has the commit.',
    edge: [171],
    run(context) {
      let log = filled(context)
      for (const actions of ['return', 'return(ENOSPC)', 'throw(too late)']) {
        const value = `after ${actions}`
        const error = failing(context, 'log.commit.after', actions, () => log.commit([setMeta('b', value)]))
        assert.equal(error.inDoubt, true)
        assertThrows(PoisonedError, () => log.getMeta('b'))
        log = context.reopen(log)
        assert.equal(metaOf(log, 'b'), value)
      }
    },
  },
  {
    id: 'LOG-FAULT-006',
    rule: 'A failure at log.defer makes those operations vanish, and no others.',
    run(context) {
      const log = filled(context)
      log.defer([setMeta('before', '1')])
      const error = failing(context, 'log.defer', 'return', () => log.defer([trim(2), setMeta('a', '2')]))
      assert.deepEqual([error.reason, error.inDoubt], ['injected', false])
      assertUnchanged(log)
      assert.equal(log.stats().deferredOps, 1)
      log.flush()
      assert.equal(metaOf(context.crash(log), 'before'), '1')
    },
  },
  {
    id: 'LOG-FAULT-007',
    rule: 'A flush that fails cleanly keeps what was deferred, and the next flush writes it.',
    edge: [173, 190],
    run(context) {
      let log = filled(context)
      log.defer([trim(2), setMeta('a', '2')])
      for (const site of ['log.flush', 'log.commit.before', 'log.commit.inside']) {
        failing(context, site, 'return(ENOSPC)', () => log.flush())
        assertLog(log, { first: 2, next: 3, values: ['e2'] })
      }
      log.flush()
      log = context.crash(log)
      assertLog(log, { first: 2, next: 3, values: ['e2'] })
      assert.equal(metaOf(log, 'a'), '2')
    },
  },
  {
    id: 'LOG-FAULT-008',
    rule: 'A close whose flush fails says so; the log is closed and its owner gone all the same.',
    edge: ['R-11'],
    run(context) {
      for (const site of ['log.close', 'log.commit.before', 'log.commit.inside']) {
        const log = context.open()
        log.defer([setMeta('deferred', '1')])
        failing(context, site, 'return(ENOSPC)', () => log.close())
        log.close()
        const again = context.open()
        assert.equal(again.getMeta('deferred'), undefined, site)
        again.close()
      }
    },
  },
  {
    id: 'LOG-FAULT-009',
    rule: 'A failure at log.read is CorruptionError from every read, is told to the observer, and passes.',
    run(context) {
      const log = filled(context)
      const reads = [() => log.get(1), () => log.read(0, 3), () => [...log.entries()], () => log.getMeta('a')]
      for (const read of reads) {
        const armed = context.failpoints.arm('log.read', 'return')
        assertThrows(CorruptionError, read)
        armed.disarm()
      }
      assert.equal(eventsOf(context.events, 'corruption').length, reads.length)
      assertUnchanged(log)
    },
  },
  {
    id: 'LOG-FAULT-010',
    rule: 'An open that fails is WriteFailedError, and the next open finds everything.',
    edge: ['R-6'],
    run(context) {
      const log = filled(context)
      log.close()
      const error = failing(context, 'log.open', 'return(EIO)', () => context.open())
      assert.deepEqual([error.operation, error.inDoubt], ['open', false])
      assertUnchanged(context.open())
    },
  },
  {
    id: 'LOG-FAULT-011',
    rule: 'The observer is told of each failed write once, by its operation, class and reason, and of no success.',
    run(context) {
      const log = filled(context)
      const writesBefore = eventsOf(context.events, 'write').length
      failing(context, 'log.commit.inside', 'return(ENOSPC)', () => log.commit([append('x')], 'append_entry'))
      failing(context, 'log.defer', 'return', () => log.defer([trim(1)], 'trim'))
      assert.deepEqual(
        eventsOf(context.events, 'writeFailure').map((event) => [
          event.log,
          event.operation,
          event.class,
          event.reason,
        ]),
        [
          [log.name, 'append_entry', 'commit', 'no_space'],
          [log.name, 'trim', 'deferred', 'injected'],
        ],
      )
      assert.equal(eventsOf(context.events, 'write').length, writesBefore)
    },
  },
  {
    id: 'LOG-FAULT-012',
    rule: 'A reclaim that fails removes nothing, and may be asked for again.',
    edge: [75, 'P-14'],
    run(context) {
      const log = filled(context)
      log.defer([trim(2)])
      failing(context, 'log.commit.inside', 'return(ENOSPC)', () => log.reclaim())
      assert.equal(log.stats().reclaimableEntries, 2)
      assert.equal(log.reclaim(), 2)
      assertLog(log, { first: 2, next: 3, values: ['e2'] })
    },
  },
  {
    id: 'LOG-FAULT-013',
    rule: 'Every failpoint site of the log is hit by an ordinary life of it.',
    run(context) {
      context.failpoints.declare(logSites)
      context.failpoints.countHits(true)
      const log = context.reopen(filled(context))
      log.get(0)
      log.defer([trim(1)])
      log.flush()
      log.close()
      const hit = new Map(context.failpoints.sites().map(({ name, hits }) => [name, hits]))
      for (const { name } of logSites) assert.ok((hit.get(name) ?? 0) > 0, `${name} is never hit`)
    },
  },
]

function filled(context: CaseContext): LogStore {
  const log = context.open()
  log.commit([append(...numbered(3)), setMeta('a', '1')])
  return log
}

function assertUnchanged(log: LogStore): void {
  assertLog(log, { first: 0, next: 3, values: numbered(3) })
  assert.equal(metaOf(log, 'a'), '1')
}

/** Arms `site` for the time of `body`, which must fail to write. */
function failing(context: CaseContext, site: string, actions: string, body: () => unknown): WriteFailedError {
  const armed = context.failpoints.arm(site, actions)
  try {
    return assertThrows(WriteFailedError, body, `${site}=${actions}`)
  } finally {
    armed.disarm()
  }
}
