/** What a poisoned log answers: the medium is in doubt, so nothing is read, written or tried again. */
import assert from 'node:assert/strict'
import { PoisonedError, WriteFailedError } from '../../../errors.ts'
import type { LogStore } from '../../../log/index.ts'
import type { CaseContext, ContractCase } from '../contract-case.ts'
import { assertRefusesEach, readOperations, writeOperations } from '../every-operation.ts'
import { assertLog, assertThrows, metaOf } from '../expectations.ts'
import { append, setMeta } from '../log-ops.ts'

export const poisonCases: readonly ContractCase[] = [
  {
    id: 'LOG-POISON-001',
    rule: 'After a write that left the medium in doubt, every write is PoisonedError, whatever else is wrong with it.',
    edge: [170, 171, 172, 'P-12'],
    run(context) {
      assertRefusesEach(poisoned(context), writeOperations, PoisonedError)
    },
  },
  {
    id: 'LOG-POISON-002',
    rule: 'After a write that left the medium in doubt, every read is PoisonedError, the cursor included.',
    edge: [171],
    run(context) {
      assertRefusesEach(poisoned(context), readOperations, PoisonedError)
    },
  },
  {
    id: 'LOG-POISON-003',
    rule: 'stats() of a poisoned log says so; of a log after a clean failure it does not.',
    run(context) {
      const log = context.open()
      assert.equal(log.stats().isPoisoned, false)
      failWith(context, log, 'return(ENOSPC)')
      assert.equal(log.stats().isPoisoned, false)
      failWith(context, log, '1*return(EIO)')
      assert.equal(log.stats().isPoisoned, true)
      assert.equal(context.reopen(log).stats().isPoisoned, false)
    },
  },
  {
    id: 'LOG-POISON-004',
    rule: 'A poisoned log never tries the medium again, not even to close: its commit sites are hit no more.',
    edge: [172, 173, 174, 'P-12'],
    run(context) {
      const log = poisoned(context)
      const before = context.failpoints.arm('log.commit.before', 'off')
      const inside = context.failpoints.arm('log.commit.inside', 'off')
      assertThrows(PoisonedError, () => log.commit([append('again')]))
      assertThrows(PoisonedError, () => log.flush())
      log.close()
      assert.deepEqual([before.hits, inside.hits], [0, 0])
    },
  },
  {
    id: 'LOG-POISON-005',
    rule: 'Closing a poisoned log drops what was deferred, and opening it again shows what is on the medium.',
    edge: [171, 174],
    run(context) {
      const log = poisoned(context)
      const again = context.reopen(log)
      assertLog(again, { first: 0, next: 2, values: ['a', 'b'] })
      assert.deepEqual([metaOf(again, 'a'), metaOf(again, 'deferred')], ['1', undefined])
      again.commit([append('c')])
      assertLog(context.reopen(again), { first: 0, next: 3, values: ['a', 'b', 'c'] })
    },
  },
  {
    id: 'LOG-POISON-006',
    rule: 'Abandoning a poisoned log leaves it as closing it does.',
    edge: [171],
    run(context) {
      const again = context.crash(poisoned(context))
      assertLog(again, { first: 0, next: 2, values: ['a', 'b'] })
      assert.equal(again.getMeta('deferred'), undefined)
    },
  },
  {
    id: 'LOG-POISON-007',
    rule: 'A walk that began before the medium was in doubt ends in PoisonedError.',
    edge: [177],
    run(context) {
      const log = context.open()
      log.commit([append('a', 'b')])
      const walk = log.entries()
      walk.next()
      failWith(context, log, '1*return(EIO)')
      assertThrows(PoisonedError, () => walk.next())
    },
  },
  {
    id: 'LOG-POISON-008',
    rule: 'PoisonedError has the failure that led to it as its cause.',
    run(context) {
      const log = poisoned(context)
      const error = assertThrows(PoisonedError, () => log.nextIndex)
      assert.ok(error.cause instanceof Error)
      assert.deepEqual([error.code, error.reason], ['HOLDFAST_POISONED', 'poisoned'])
    },
  },
]

/** A log with two entries and a deferred change, poisoned by the third. */
function poisoned(context: CaseContext): LogStore {
  const log = context.open()
  log.commit([append('a', 'b'), setMeta('a', '1')])
  log.defer([setMeta('deferred', '1')])
  failWith(context, log, '1*return(EIO)')
  return log
}

function failWith(context: CaseContext, log: LogStore, actions: string): void {
  const armed = context.failpoints.arm('log.commit.inside', actions)
  assertThrows(WriteFailedError, () => log.commit([append('lost')]))
  armed.disarm()
}
