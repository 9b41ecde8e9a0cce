/** `getEntries` and `getSuffix`. */
import assert from 'node:assert/strict'
import { InvalidArgumentError } from '../../../errors.ts'
import type { ContractCase } from '../contract-case.ts'
import { assertThrows } from '../expectations.ts'
import { numbered } from '../log-ops.ts'
import { openFilledPaxos } from './paxos-case.ts'

export const paxosReadCases: readonly ContractCase[] = [
  {
    id: 'PAXOS-READ-001',
    rule: 'getEntries() is half-open.',
    edge: [88],
    run(context) {
      const storage = openFilledPaxos(context, 3)
      assert.deepEqual(storage.getEntries(0, 2), ['e0', 'e1'])
      assert.deepEqual(storage.getEntries(2, 3), ['e2'])
      assert.deepEqual(storage.getEntries(0, 3), numbered(3))
    },
  },
  {
    id: 'PAXOS-READ-002',
    rule: 'getEntries() past the end is empty, never a prefix.',
    edge: [89, 102],
    run(context) {
      const storage = openFilledPaxos(context, 2)
      assert.deepEqual(storage.getEntries(0, 5), [])
      assert.deepEqual(storage.getEntries(1, 3), [])
    },
  },
  {
    id: 'PAXOS-READ-003',
    rule: 'getEntries() of an empty range, or one outside the log, is empty.',
    edge: [90],
    run(context) {
      const storage = openFilledPaxos(context, 7)
      assert.deepEqual(storage.getEntries(5, 5), [])
      assert.deepEqual(storage.getEntries(10, 20), [])
      assert.deepEqual(storage.getEntries(3, 1), [])
    },
  },
  {
    id: 'PAXOS-READ-004',
    rule: 'From below the trim point getEntries() is empty, and getSuffix() begins with what is there.',
    edge: [91, 103, 'P-3', 'T-8'],
    run(context) {
      const storage = openFilledPaxos(context, 3)
      storage.trim(1)
      assert.deepEqual(storage.getEntries(0, 3), [])
      assert.deepEqual(storage.getEntries(0, 1), [])
      assert.deepEqual(storage.getEntries(1, 3), ['e1', 'e2'])
      assert.deepEqual(storage.getSuffix(0), ['e1', 'e2'])
      assert.deepEqual(storage.getSuffix(2), ['e2'])
    },
  },
  {
    id: 'PAXOS-READ-005',
    rule: 'The largest range there is reads as nothing, and sets nothing of its size aside.',
    edge: ['T-7'],
    run(context) {
      const storage = openFilledPaxos(context, 2)
      assert.deepEqual(storage.getEntries(0, Number.MAX_SAFE_INTEGER), [])
      assert.deepEqual(storage.getSuffix(Number.MAX_SAFE_INTEGER), [])
    },
  },
  {
    id: 'PAXOS-READ-006',
    rule: 'getSuffix() at the end, or beyond it, is empty.',
    run(context) {
      const storage = openFilledPaxos(context, 2)
      assert.deepEqual(storage.getSuffix(2), [])
      assert.deepEqual(storage.getSuffix(100), [])
    },
  },
  {
    id: 'PAXOS-READ-007',
    rule: 'An index that is none is refused by every call that takes one.',
    run(context) {
      const storage = openFilledPaxos(context, 2)
      for (const index of [-1, 0.5, Number.NaN, 2 ** 53]) {
        for (const call of [
          () => storage.getEntries(index, 1),
          () => storage.getEntries(0, index),
          () => storage.getSuffix(index),
          () => storage.trim(index),
          () => storage.setCompactedIdx(index),
          () => storage.setDecidedIdx(index),
          () => storage.appendOnPrefix(index, []),
        ]) {
          assertThrows(InvalidArgumentError, call, `${String(call)} with ${index}`)
        }
      }
      assert.deepEqual(storage.getSuffix(0), numbered(2))
    },
  },
]
