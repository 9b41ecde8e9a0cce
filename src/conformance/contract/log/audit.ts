/** What is physically stored, against what the cursor says. */
import assert from 'node:assert/strict'
import { WriteFailedError } from '../../../errors.ts'
import type { LogOp } from '../../../log/index.ts'
import type { ContractCase } from '../contract-case.ts'
import { assertThrows } from '../expectations.ts'
import { append, compact, numbered, replaceSuffix, setMeta, trim } from '../log-ops.ts'

const history: readonly LogOp[] = [
  append(...numbered(300)),
  replaceSuffix(250),
  replaceSuffix(200, 'x', 'y'),
  trim(180),
  setMeta('a', '1'),
  compact(190),
  trim(202),
  append('z'),
  compact(500),
  append('at the floor'),
  compact(0),
  replaceSuffix(400, 'in the hole'),
  replaceSuffix(202),
]

export const auditCases: readonly ContractCase[] = [
  {
    id: 'LOG-AUDIT-001',
    rule: 'At no moment of an ordinary life does the audit find anything.',
    run({ open, reopen, crash }) {
      let log = open()
      for (const [step, op] of history.entries()) {
        if (op.kind === 'append' || op.kind === 'replaceSuffix') log.commit([op])
        else log.defer([op])
        assert.deepEqual(log.audit(), [], `after step ${step}, ${op.kind}`)
        log = step % 2 === 0 ? reopen(log) : log
        assert.deepEqual(log.audit(), [], `reopened after step ${step}`)
      }
      log = crash(log)
      assert.deepEqual(log.audit(), [])
    },
  },
  {
    id: 'LOG-AUDIT-002',
    rule: 'A truncation removes its entries from the medium in its own commit, and leaves none for later.',
    edge: ['R-4', 175],
    run({ open, crash }) {
      let log = open()
      log.commit([append(...numbered(1000))])
      log.commit([replaceSuffix(3, 'x')])
      assert.deepEqual([log.stats().entries, log.stats().reclaimableEntries], [4, 0])
      log = crash(log)
      assert.deepEqual([log.stats().entries, log.stats().reclaimableEntries], [4, 0])
      assert.deepEqual(log.audit(), [])
    },
  },
  {
    id: 'LOG-AUDIT-003',
    rule: 'After a write that failed cleanly, and after a crash, the audit finds nothing.',
    edge: [168, 169],
    run({ open, crash, failpoints }) {
      let log = open()
      log.commit([append(...numbered(10))])
      for (const site of ['log.commit.before', 'log.commit.inside']) {
        const armed = failpoints.arm(site, 'return(ENOSPC)')
        assertThrows(WriteFailedError, () => log.commit([replaceSuffix(4, 'x'), trim(2), compact(3)]))
        armed.disarm()
        assert.deepEqual(log.audit(), [], site)
        log = crash(log)
        assert.deepEqual(log.audit(), [], `${site}, then a crash`)
      }
    },
  },
  {
    id: 'LOG-AUDIT-004',
    rule: 'stats() counts the entries that may be read and those whose space is to be given back.',
    run({ open }) {
      const log = open()
      const counts = (): readonly number[] => [log.stats().entries, log.stats().reclaimableEntries]
      assert.deepEqual(counts(), [0, 0])
      log.commit([append(...numbered(10))])
      assert.deepEqual(counts(), [10, 0])
      log.defer([trim(4)])
      assert.deepEqual(counts(), [6, 4])
      log.commit([setMeta('a', '1')])
      log.reclaim()
      assert.deepEqual(counts(), [6, 0])
      log.commit([compact(20)])
      log.commit([append('x')])
      assert.deepEqual(counts(), [7, 0])
    },
  },
]
