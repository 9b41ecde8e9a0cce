/** What a closed log answers: the same to every call. */
import assert from 'node:assert/strict'
import { LogClosedError } from '../../../errors.ts'
import type { ContractCase } from '../contract-case.ts'
import { assertRefusesEach, readOperations, writeOperations } from '../every-operation.ts'
import { assertLog, assertThrows, metaOf } from '../expectations.ts'
import { append, setMeta } from '../log-ops.ts'

const everyOperation = [
  ...writeOperations,
  ...readOperations,
  { name: 'stats', call: (log: { stats(): unknown }) => log.stats() },
]

export const closedCases: readonly ContractCase[] = [
  ...(['close', 'abandon'] as const).map(
    (how, position): ContractCase => ({
      id: `LOG-CLOSED-00${1 + position}`,
      rule: `After ${how}() every operation is LogClosedError, and nothing is written.`,
      edge: [146],
      run({ open }) {
        const log = open()
        log.commit([append('a', 'b'), setMeta('a', '1')])
        log[how]()
        assertRefusesEach(log, everyOperation, LogClosedError)
        const again = open()
        assertLog(again, { first: 0, next: 2, values: ['a', 'b'] })
        assert.equal(metaOf(again, 'a'), '1')
      },
    }),
  ),
  {
    id: 'LOG-CLOSED-003',
    rule: 'A walk that outlives its log ends in LogClosedError, not in an early end.',
    edge: [146],
    run({ open }) {
      const log = open()
      log.commit([append('a', 'b')])
      const walk = log.entries()
      walk.next()
      log.close()
      assertThrows(LogClosedError, () => walk.next())
    },
  },
  {
    id: 'LOG-CLOSED-004',
    rule: 'A closed log stays closed when its next owner writes: it neither answers nor writes in its stead.',
    edge: [146],
    run({ open }) {
      const first = open()
      first.commit([append('a')])
      first.close()
      const second = open()
      assertRefusesEach(first, everyOperation, LogClosedError)
      second.commit([append('b')])
      assertRefusesEach(first, everyOperation, LogClosedError)
      assertLog(second, { first: 0, next: 2, values: ['a', 'b'] })
    },
  },
]
