/** Removing a prefix of a Raft log, and remembering where. */
import assert from 'node:assert/strict'
import { InvalidArgumentError, UnavailableError, WriteFailedError } from '../../../errors.ts'
import type { LogId } from '../../../raft/index.ts'
import type { ContractCase } from '../contract-case.ts'
import { assertThrows, eventsOf } from '../expectations.ts'
import {
  assertRaft,
  crashRaft,
  entry,
  id,
  openFilledRaft,
  openRaft,
  reopenRaft,
  writeCount,
} from './raft-case.ts'

export const raftPurgeCases: readonly ContractCase[] = [
  {
    id: 'RAFT-PURGE-001',
    rule: 'purge removes the entries through its index and remembers index and term, deferred.',
    edge: [62, 64, 70, 85],
    run(context) {
      let node = openFilledRaft(context, [1, 1, 2, 2])
      node.log.purge(id(3, 2))
      const [event] = eventsOf(context.events, 'write').slice(1)
      assert.deepEqual([event?.operation, event?.class, event?.trimmedEntries], ['purge', 'deferred', 3])
      assertRaft(node, { boundary: [3, 2], terms: [2] })
      node = reopenRaft(context, node)
      assertRaft(node, { boundary: [3, 2], terms: [2] })
    },
  },
  {
    id: 'RAFT-PURGE-002',
    rule: 'A purge that a crash took back is lost whole: entries, boundary and first index are as before.',
    edge: [67, 75, 'P-13'],
    run(context) {
      let node = openFilledRaft(context, [1, 1, 2])
      node.log.purge(id(1, 1))
      node.log.flush()
      node.log.purge(id(3, 2))
      node = crashRaft(context, node)
      assertRaft(node, { boundary: [1, 1], terms: [1, 2] })
    },
  },
  {
    id: 'RAFT-PURGE-003',
    rule: 'A purge is durable with the next commit of any kind, and with a flush.',
    edge: [75],
    run(context) {
      let node = openFilledRaft(context, [1, 1, 2])
      node.log.purge(id(1, 1))
      node.hardState.save({ currentTerm: 2, votedFor: undefined })
      node = crashRaft(context, node)
      const hardState = { currentTerm: 2, votedFor: undefined }
      assertRaft(node, { boundary: [1, 1], terms: [1, 2], hardState })
      node.log.purge(id(2, 1))
      node.log.flush()
      node = crashRaft(context, node)
      assertRaft(node, { boundary: [2, 1], terms: [2], hardState })
    },
  },
  {
    id: 'RAFT-PURGE-004',
    rule: 'Purging everything keeps the last index and its term, also after reopening.',
    edge: [65, 66, 73, 82, 86, 'R-1', 'P-9', 'P-22', 'tsoracle #186'],
    run(context) {
      let node = openFilledRaft(context, [1, 2, 3])
      node.log.purge(id(3, 3))
      assertRaft(node, { boundary: [3, 3] })
      node = reopenRaft(context, node)
      assertRaft(node, { boundary: [3, 3] })
      node = reopenRaft(context, node)
      assertRaft(node, { boundary: [3, 3] })
    },
  },
  {
    id: 'RAFT-PURGE-005',
    rule: 'The boundary never moves back: a purge at or below it changes nothing and writes nothing.',
    edge: [61, 63, 69, 72, 74, 76, 83, 'P-13', 'T-9'],
    run(context) {
      const node = openFilledRaft(context, [1, 1, 2, 2])
      node.log.purge(id(0, 0))
      assertRaft(node, { terms: [1, 1, 2, 2] })
      node.log.purge(id(3, 2))
      const before = writeCount(context)
      for (const upTo of [id(3, 2), id(2, 1), id(1, 1), id(0, 0)]) node.log.purge(upTo)
      assert.equal(writeCount(context), before)
      assertRaft(node, { boundary: [3, 2], terms: [2] })
    },
  },
  {
    id: 'RAFT-PURGE-006',
    rule: 'A purge beyond the end is UnavailableError, and changes nothing.',
    edge: [65, 83, 84],
    run(context) {
      const node = openRaft(context)
      assertThrows(UnavailableError, () => node.log.purge(id(1, 1)))
      assertRaft(node, {})
      node.log.append([entry(1, 1), entry(2, 1)])
      const error = assertThrows(UnavailableError, () => node.log.purge(id(3, 1)))
      assert.deepEqual([error.index, error.lastIndex], [3, 2])
      assertRaft(node, { terms: [1, 1] })
    },
  },
  {
    id: 'RAFT-PURGE-007',
    rule: 'A purge that names another term than the log has there, or no place, is InvalidArgumentError.',
    edge: [128],
    run(context) {
      const node = openFilledRaft(context, [1, 1, 2])
      for (const upTo of [id(2, 2), id(3, 1), id(0, 1), id(-1, 1), id(1.5, 1), id(1, -1), id(1, 2 ** 53)]) {
        assertThrows(InvalidArgumentError, () => node.log.purge(upTo), `purge ${JSON.stringify(upTo)}`)
      }
      for (const upTo of [undefined, null, 2, {}, { index: 2 }]) {
        assertThrows(InvalidArgumentError, () => node.log.purge(upTo as LogId))
      }
      node.log.purge(id(2, 1))
      assertThrows(InvalidArgumentError, () => node.log.purge(id(2, 2)), 'at the boundary')
      assertRaft(node, { boundary: [2, 1], terms: [2] })
    },
  },
  {
    id: 'RAFT-PURGE-008',
    rule: 'A purge that vanished at raft.deferred_write leaves everything, and a later one takes it along.',
    edge: ['P-14', 151],
    run(context) {
      let node = openFilledRaft(context, [1, 1, 2])
      const armed = context.failpoints.arm('raft.deferred_write', 'return')
      assertThrows(WriteFailedError, () => node.log.purge(id(2, 1)))
      armed.disarm()
      assertRaft(node, { terms: [1, 1, 2] })
      node.log.purge(id(3, 2))
      node = reopenRaft(context, node)
      assertRaft(node, { boundary: [3, 2] })
    },
  },
  {
    id: 'RAFT-PURGE-009',
    rule: 'A place that a caller gave may be changed afterwards, and so may one that was returned.',
    run(context) {
      const node = openFilledRaft(context, [1, 1, 2])
      const upTo = { index: 2, term: 1 }
      node.log.purge(upTo)
      Object.assign(upTo, { index: 9, term: 9 })
      Object.assign(node.log.purgeBoundary, { index: 9, term: 9 })
      Object.assign(node.log.lastLogId, { index: 9, term: 9 })
      assertRaft(node, { boundary: [2, 1], terms: [2] })
    },
  },
]
