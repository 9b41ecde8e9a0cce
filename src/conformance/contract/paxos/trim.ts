/** Trimming and the compaction floor, by the engine's calls. */
import assert from 'node:assert/strict'
import type { ContractCase } from '../contract-case.ts'
import { numbered } from '../log-ops.ts'
import { assertPaxos, crashPaxos, openFilledPaxos, reopenPaxos } from './paxos-case.ts'

export const paxosTrimCases: readonly ContractCase[] = [
  {
    id: 'PAXOS-TRIM-001',
    rule: 'After a trim and its floor, the suffix and the length are what is left.',
    edge: [59],
    run(context) {
      const storage = openFilledPaxos(context, 4)
      storage.trim(2)
      storage.setCompactedIdx(2)
      assert.deepEqual(storage.getSuffix(2), ['e2', 'e3'])
      assertPaxos(storage, { suffix: ['e2', 'e3'], logLen: 2, compactedIdx: 2 })
    },
  },
  {
    // Here Holdfast differs on purpose from the store we start from, whose next append starts over at 0: the engine takes
    // its accepted index from getLogLen() + getCompactedIdx(), and may not forget how far it accepted.
    id: 'PAXOS-TRIM-002',
    rule: 'Trimming everything without its floor keeps the length: the next entry follows the last one accepted.',
    edge: [60, 'T-3'],
    run(context) {
      let storage = openFilledPaxos(context, 3)
      storage.trim(3)
      assertPaxos(storage, { suffix: [], logLen: 3 })
      storage.flush()
      storage = crashPaxos(context, storage)
      assertPaxos(storage, { suffix: [], logLen: 3 })
      assert.equal(storage.appendEntry('e3'), 4)
      assert.deepEqual(storage.getEntries(3, 4), ['e3'])
      storage = reopenPaxos(context, storage)
      assertPaxos(storage, { suffix: ['e3'], logLen: 4 })
    },
  },
  {
    id: 'PAXOS-TRIM-003',
    rule: 'A trim at or below an earlier one changes nothing, and a later one adds to it.',
    edge: [61, 69, 72, 76, 77, 'P-7'],
    run(context) {
      const storage = openFilledPaxos(context, 50)
      storage.trim(0)
      storage.trim(20)
      storage.trim(30)
      storage.trim(10)
      assertPaxos(storage, { suffix: numbered(20, 30), logLen: 50 })
    },
  },
  {
    id: 'PAXOS-TRIM-004',
    rule: 'A trim beyond the end stops at the end.',
    edge: [65],
    run(context) {
      const storage = openFilledPaxos(context, 3)
      storage.trim(100)
      assert.equal(storage.appendEntry('x'), 4)
      assertPaxos(storage, { suffix: ['x'], logLen: 4 })
    },
  },
  {
    id: 'PAXOS-TRIM-005',
    rule: 'The floor may be rolled back, as an engine does whose trim failed, and the length with it.',
    edge: ['T-9', 168],
    run(context) {
      let storage = openFilledPaxos(context, 4)
      storage.setCompactedIdx(4)
      assert.equal(storage.getLogLen(), 0)
      storage.setCompactedIdx(0)
      assertPaxos(storage, { suffix: numbered(4), logLen: 4 })
      storage = reopenPaxos(context, storage)
      assertPaxos(storage, { suffix: numbered(4), logLen: 4 })
    },
  },
  {
    id: 'PAXOS-TRIM-006',
    rule: 'The length is the physical rest above the floor: entries below it that linger are not counted.',
    edge: ['omnipaxos #129'],
    run(context) {
      const storage = openFilledPaxos(context, 10)
      storage.setCompactedIdx(7)
      assert.equal(storage.getLogLen(), 3)
      storage.trim(7)
      assert.equal(storage.getLogLen(), 3)
      storage.log.reclaim()
      assert.equal(storage.getLogLen(), 3)
    },
  },
]
