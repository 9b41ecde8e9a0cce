/** A log has one owner at a time. Owners in other processes are the kill suite's. */
import assert from 'node:assert/strict'
import { LogLockedError, WriteFailedError } from '../../../errors.ts'
import { logSites } from '../../../log/index.ts'
import type { ContractCase } from '../contract-case.ts'
import { assertLog, assertThrows } from '../expectations.ts'
import { append } from '../log-ops.ts'

export const ownerCases: readonly ContractCase[] = [
  {
    id: 'LOG-OWNER-001',
    rule: 'A second open of the same log is LogLockedError, which names the process that has it.',
    edge: [141, 'T-11'],
    run({ open }) {
      open()
      const error = assertThrows(LogLockedError, open)
      assert.deepEqual([error.ownerPid, error.code], [process.pid, 'HOLDFAST_LOG_LOCKED'])
    },
  },
  {
    id: 'LOG-OWNER-002',
    rule: 'A refused second open leaves the first owner as it was, and refuses the third as well.',
    edge: [141],
    run({ open, reopen }) {
      const log = open()
      log.commit([append('a')])
      assertThrows(LogLockedError, open)
      assertThrows(LogLockedError, open)
      log.commit([append('b')])
      assertLog(log, { first: 0, next: 2, values: ['a', 'b'] })
      assertLog(reopen(log), { first: 0, next: 2, values: ['a', 'b'] })
    },
  },
  {
    id: 'LOG-OWNER-003',
    rule: 'A log that was closed or abandoned can be opened at once.',
    edge: [141],
    run({ open }) {
      const log = open()
      log.commit([append('a')])
      log.close()
      const second = open()
      second.abandon()
      assertLog(open(), { first: 0, next: 1, values: ['a'] })
    },
  },
  {
    id: 'LOG-OWNER-004',
    rule: 'Closing a log again does not take the log away from its next owner.',
    run({ open }) {
      const first = open()
      first.close()
      const second = open()
      first.close()
      first.abandon()
      second.commit([append('a')])
      assertThrows(LogLockedError, open)
      assertLog(second, { first: 0, next: 1, values: ['a'] })
    },
  },
  {
    id: 'LOG-OWNER-005',
    rule: 'An open that failed leaves no owner behind.',
    edge: [143],
    run({ open, failpoints }) {
      failpoints.declare(logSites)
      failpoints.arm('log.open', '1*return(EIO)')
      assertThrows(WriteFailedError, open)
      assertLog(open(), { first: 0, next: 0, values: [] })
    },
  },
]
