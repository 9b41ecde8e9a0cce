/** Ballots, and the decided and compacted indexes. */
import assert from 'node:assert/strict'
import { InvalidArgumentError } from '../../../errors.ts'
import type { Ballot } from '../../../paxos/index.ts'
import type { ContractCase } from '../contract-case.ts'
import { assertThrows, eventsOf } from '../expectations.ts'
import { assertPaxos, ballot, openPaxos, reopenPaxos, stopSign } from './paxos-case.ts'

const largest = Number.MAX_SAFE_INTEGER

export const paxosMetaCases: readonly ContractCase[] = [
  {
    id: 'PAXOS-META-001',
    rule: 'Before the first promise and the first accepted round, both are undefined.',
    edge: [107],
    run(context) {
      const storage = openPaxos(context)
      assert.deepEqual([storage.getPromise(), storage.getAcceptedRound()], [undefined, undefined])
    },
  },
  {
    id: 'PAXOS-META-002',
    rule: 'Promise and accepted round come back with every field, each by itself, also after a reopen.',
    edge: [107, 117],
    run(context) {
      let storage = openPaxos(context)
      storage.setPromise(ballot(7))
      assertPaxos(storage, { promise: ballot(7) })
      storage.setAcceptedRound(ballot(3))
      storage.setPromise(ballot(8))
      storage = reopenPaxos(context, storage)
      assertPaxos(storage, { promise: ballot(8), acceptedRound: ballot(3) })
    },
  },
  {
    id: 'PAXOS-META-003',
    rule: 'The decided and compacted indexes are 0 at first, and come back as they were set.',
    edge: [108],
    run(context) {
      let storage = openPaxos(context)
      storage.appendEntries(['a', 'b', 'c'])
      assert.deepEqual([storage.getDecidedIdx(), storage.getCompactedIdx()], [0, 0])
      storage.setDecidedIdx(3)
      storage.setCompactedIdx(2)
      assert.deepEqual([storage.getDecidedIdx(), storage.getCompactedIdx()], [3, 2])
      storage = reopenPaxos(context, storage)
      assertPaxos(storage, { suffix: ['a', 'b', 'c'], logLen: 1, compactedIdx: 2, decidedIdx: 3 })
    },
  },
  {
    id: 'PAXOS-META-004',
    rule: 'The smallest and the largest numbers come back exactly.',
    edge: [18, 19, 'P-6'],
    run(context) {
      let storage = openPaxos(context)
      const low: Ballot = { configId: 0, n: 0, priority: 0, pid: 0 }
      const high: Ballot = { configId: largest, n: largest - 1, priority: largest - 2, pid: largest - 3 }
      storage.setPromise(high)
      storage.setAcceptedRound(low)
      storage.setDecidedIdx(largest)
      storage = reopenPaxos(context, storage)
      assertPaxos(storage, { promise: high, acceptedRound: low, decidedIdx: largest })
      storage.setDecidedIdx(0)
      assert.equal(storage.getDecidedIdx(), 0)
    },
  },
  {
    id: 'PAXOS-META-005',
    rule: 'What is no ballot is refused, and the one before stays.',
    run(context) {
      const storage = openPaxos(context)
      storage.setPromise(ballot(1))
      storage.setAcceptedRound(ballot(1))
      const bad: readonly unknown[] = [
        undefined,
        null,
        7,
        {},
        { ...ballot(2), n: -1 },
        { ...ballot(2), pid: 1.5 },
        { ...ballot(2), configId: '1' },
        { ...ballot(2), priority: undefined },
      ]
      for (const value of bad) {
        assertThrows(InvalidArgumentError, () => storage.setPromise(value as Ballot), JSON.stringify(value))
        assertThrows(InvalidArgumentError, () => storage.setAcceptedRound(value as Ballot))
      }
      assertPaxos(storage, { promise: ballot(1), acceptedRound: ballot(1) })
    },
  },
  {
    id: 'PAXOS-META-006',
    rule: 'A value that was returned may be changed by the caller without changing what is stored.',
    run(context) {
      const storage = openPaxos(context)
      storage.setPromise(ballot(1))
      storage.setSnapshot({ keys: ['a'] })
      const promise = storage.getPromise() as { n: number }
      const snapshot = storage.getSnapshot() as { keys: string[] }
      promise.n = 99
      snapshot.keys.push('b')
      assertPaxos(storage, { promise: ballot(1), snapshot: { keys: ['a'] } })
    },
  },
  {
    id: 'PAXOS-META-007',
    rule: 'Each operation is of its class: what the engine answers for is a commit, what it can learn again is deferred.',
    edge: [113, 'T-2', 'P-8'],
    run(context) {
      const storage = openPaxos(context)
      const writesBefore = eventsOf(context.events, 'write').length
      storage.appendEntry('a')
      storage.appendEntries(['b', 'c'])
      storage.appendOnPrefix(2, ['d'])
      storage.setPromise(ballot(1))
      storage.setAcceptedRound(ballot(1))
      storage.setStopsign(stopSign(2))
      storage.setDecidedIdx(1)
      storage.setCompactedIdx(1)
      storage.trim(1)
      storage.setSnapshot('s')
      storage.writeAtomically([
        { kind: 'setDecidedIdx', index: 2 },
        { kind: 'trim', upTo: 1 },
      ])
      storage.writeAtomically([
        { kind: 'setDecidedIdx', index: 2 },
        { kind: 'appendEntry', entry: 'e' },
      ])
      assert.deepEqual(
        eventsOf(context.events, 'write')
          .slice(writesBefore)
          .map((event) => `${event.operation} ${event.class}`),
        [
          'append_entry commit',
          'append_entries commit',
          'append_on_prefix commit',
          'set_promise commit',
          'set_accepted_round commit',
          'set_stopsign commit',
          'set_decided_idx deferred',
          'set_compacted_idx deferred',
          'trim deferred',
          'set_snapshot deferred',
          'write_atomically deferred',
          'write_atomically commit',
        ],
      )
    },
  },
]
