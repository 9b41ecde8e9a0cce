/** Appending, by the engine's calls: they return the log's length. */
import assert from 'node:assert/strict'
import type { ContractCase } from '../contract-case.ts'
import { numbered } from '../log-ops.ts'
import { assertPaxos, crashPaxos, openPaxos, reopenPaxos } from './paxos-case.ts'

export const paxosAppendCases: readonly ContractCase[] = [
  {
    id: 'PAXOS-APPEND-001',
    rule: 'New storage has a log of length 0 and nothing else.',
    edge: [1],
    run(context) {
      assertPaxos(openPaxos(context), {})
    },
  },
  {
    id: 'PAXOS-APPEND-002',
    rule: 'appendEntry() returns the length of the log afterwards, not an index.',
    edge: [2],
    run(context) {
      const storage = openPaxos(context)
      assert.deepEqual([storage.appendEntry('a'), storage.appendEntry('b')], [1, 2])
      assertPaxos(storage, { suffix: ['a', 'b'], logLen: 2 })
    },
  },
  {
    id: 'PAXOS-APPEND-003',
    rule: 'appendEntries() returns the length of the log afterwards.',
    edge: [3],
    run(context) {
      const storage = openPaxos(context)
      assert.equal(storage.appendEntries(['a', 'b', 'c']), 3)
      assert.equal(storage.appendEntries(['d']), 4)
      assertPaxos(storage, { suffix: ['a', 'b', 'c', 'd'], logLen: 4 })
    },
  },
  {
    id: 'PAXOS-APPEND-004',
    rule: 'Appending no entries changes nothing and returns the length as it is.',
    edge: [4, 5],
    run(context) {
      const storage = openPaxos(context)
      assert.equal(storage.appendEntries([]), 0)
      storage.appendEntry('a')
      assert.equal(storage.appendEntries([]), 1)
      assert.equal(storage.appendEntry('b'), 2)
      assertPaxos(storage, { suffix: ['a', 'b'], logLen: 2 })
    },
  },
  {
    id: 'PAXOS-APPEND-005',
    rule: 'With the floor raised past the end, an append lands at the floor and the length counts from there.',
    edge: [6],
    run(context) {
      const storage = openPaxos(context)
      storage.appendEntries(['a', 'b'])
      storage.setCompactedIdx(10)
      assert.equal(storage.getLogLen(), 0)
      assert.equal(storage.appendEntry('x'), 1)
      assert.deepEqual(storage.getEntries(10, 11), ['x'])
      assert.deepEqual(storage.getSuffix(2), ['x'])
    },
  },
  {
    id: 'PAXOS-APPEND-006',
    rule: 'After trimming and compacting everything, the next entry is at the floor, also after a reopen.',
    edge: [7, 138, 'tsoracle #186'],
    run(context) {
      let storage = openPaxos(context)
      storage.appendEntries(numbered(4))
      storage.trim(4)
      storage.setCompactedIdx(4)
      assert.equal(storage.appendEntry('e4'), 1)
      for (const from of [0, 4]) assert.deepEqual(storage.getSuffix(from), ['e4'])
      storage = reopenPaxos(context, storage)
      assert.deepEqual(storage.getEntries(4, 5), ['e4'])
      assert.equal(storage.appendEntry('e5'), 2)
      assertPaxos(storage, { suffix: ['e4', 'e5'], logLen: 2, compactedIdx: 4 })
    },
  },
  {
    id: 'PAXOS-APPEND-007',
    rule: 'Equal entries are stored each.',
    edge: [20],
    run(context) {
      const storage = openPaxos(context)
      storage.appendEntries(['same', 'same'])
      assert.equal(storage.appendEntry('same'), 3)
      assertPaxos(storage, { suffix: ['same', 'same', 'same'], logLen: 3 })
    },
  },
  {
    id: 'PAXOS-APPEND-008',
    rule: 'What an append returned from is there after a crash.',
    edge: ['P-5', 'R-2'],
    run(context) {
      let storage = openPaxos(context)
      storage.appendEntry('a')
      storage = crashPaxos(context, storage)
      storage.appendEntries(['b', 'c'])
      storage = crashPaxos(context, storage)
      storage.appendOnPrefix(2, ['d', 'e'])
      storage = crashPaxos(context, storage)
      assertPaxos(storage, { suffix: ['a', 'b', 'd', 'e'], logLen: 4 })
    },
  },
  {
    id: 'PAXOS-APPEND-009',
    rule: 'getLogLen() + getCompactedIdx() is how far the log was ever accepted, whatever is trimmed or compacted.',
    edge: [60, 168, 'T-3', 'omnipaxos #129'],
    run(context) {
      const storage = openPaxos(context)
      const accepted = (): number => storage.getLogLen() + storage.getCompactedIdx()
      storage.appendEntries(numbered(6))
      for (const step of [
        () => storage.trim(2),
        () => storage.setCompactedIdx(3),
        () => storage.trim(6),
        () => storage.setCompactedIdx(6),
        () => storage.setCompactedIdx(1),
      ]) {
        step()
        assert.equal(accepted(), 6)
      }
    },
  },
]
