/** The snapshot of what lies below the floor. */
import assert from 'node:assert/strict'
import type { ContractCase } from '../contract-case.ts'
import { numbered } from '../log-ops.ts'
import { assertPaxos, openPaxos, reopenPaxos } from './paxos-case.ts'

export const paxosSnapshotCases: readonly ContractCase[] = [
  {
    id: 'PAXOS-SNAPSHOT-001',
    rule: 'There is no snapshot at first; the last one set is returned; undefined clears it.',
    edge: [121],
    run(context) {
      let storage = openPaxos(context)
      assert.equal(storage.getSnapshot(), undefined)
      storage.setSnapshot(30)
      assert.equal(storage.getSnapshot(), 30)
      storage.setSnapshot(31)
      storage = reopenPaxos(context, storage)
      assert.equal(storage.getSnapshot(), 31)
      storage.setSnapshot(undefined)
      assert.equal(storage.getSnapshot(), undefined)
      storage = reopenPaxos(context, storage)
      assertPaxos(storage, {})
    },
  },
  {
    id: 'PAXOS-SNAPSHOT-002',
    rule: 'Any value the codec takes is a snapshot: only undefined is none.',
    run(context) {
      let storage = openPaxos(context)
      for (const value of [null, 0, '', false, [], {}, { a: [1, 'x'] }, new Uint8Array([0, 255])]) {
        storage.setSnapshot(value)
        assert.deepEqual(storage.getSnapshot(), value)
        storage = reopenPaxos(context, storage)
        assert.deepEqual(storage.getSnapshot(), value)
      }
    },
  },
  {
    id: 'PAXOS-SNAPSHOT-003',
    rule: 'A snapshot, its trim and its floor survive a reopen together, and the next entry follows.',
    edge: [122],
    run(context) {
      let storage = openPaxos(context)
      storage.appendEntries(numbered(4))
      storage.setSnapshot(30)
      storage.trim(3)
      storage.setCompactedIdx(3)
      storage = reopenPaxos(context, storage)
      assertPaxos(storage, { suffix: ['e3'], logLen: 1, compactedIdx: 3, snapshot: 30 })
      assert.equal(storage.appendEntry('e4'), 2)
      assert.deepEqual(storage.getEntries(4, 5), ['e4'])
    },
  },
  {
    id: 'PAXOS-SNAPSHOT-004',
    rule: 'A snapshot from a leader, far ahead of the log, takes the next entry to its floor.',
    edge: [8, 120],
    run(context) {
      let storage = openPaxos(context)
      storage.appendEntries(['a', 'b'])
      storage.writeAtomically([
        { kind: 'setSnapshot', snapshot: 'of the leader' },
        { kind: 'setCompactedIdx', index: 1000 },
        { kind: 'trim', upTo: 1000 },
        { kind: 'setDecidedIdx', index: 1000 },
        { kind: 'appendEntries', entries: ['x'] },
      ])
      storage = reopenPaxos(context, storage)
      assertPaxos(storage, {
        suffix: ['x'],
        logLen: 1,
        compactedIdx: 1000,
        decidedIdx: 1000,
        snapshot: 'of the leader',
      })
      assert.deepEqual(storage.getEntries(1000, 1001), ['x'])
    },
  },
]
