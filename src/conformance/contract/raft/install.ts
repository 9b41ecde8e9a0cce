/** Installing a snapshot, and starting over. */
import assert from 'node:assert/strict'
import { CompactedError, InvalidArgumentError, LogGapError, WriteFailedError } from '../../../errors.ts'
import type { ContractCase } from '../contract-case.ts'
import { assertThrows, eventsOf } from '../expectations.ts'
import {
  assertRaft,
  crashRaft,
  entriesOf,
  entry,
  id,
  openFilledRaft,
  openRaft,
  reopenRaft,
  writeCount,
} from './raft-case.ts'

export const raftInstallCases: readonly ContractCase[] = [
  {
    id: 'RAFT-INSTALL-001',
    rule: 'A snapshot beyond the end makes the log begin just after it, durably, on a fresh log and on one with entries.',
    edge: [65, 86, 120, 'P-9'],
    run(context) {
      let node = openRaft(context)
      node.log.installSnapshot(id(5, 2))
      node = crashRaft(context, node)
      assertRaft(node, { boundary: [5, 2] })
      node.log.append(entriesOf(6, [2, 3]))
      node.log.installSnapshot(id(20, 4))
      assert.deepEqual(
        eventsOf(context.events, 'write')
          .filter(({ operation }) => operation === 'install_snapshot')
          .map((event) => event.class),
        ['commit', 'commit'],
      )
      node = crashRaft(context, node)
      assertRaft(node, { boundary: [20, 4] })
      assertThrows(LogGapError, () => node.log.append([entry(22, 4)]))
      assertThrows(InvalidArgumentError, () => node.log.append([entry(21, 3)]))
      node.log.append([entry(21, 4)])
      node = reopenRaft(context, node)
      assertRaft(node, { boundary: [20, 4], terms: [4] })
    },
  },
  {
    id: 'RAFT-INSTALL-002',
    rule: 'Entries after the snapshot are kept if the log has its term at its index.',
    edge: [133],
    run(context) {
      let node = openFilledRaft(context, [1, 1, 2, 2, 3])
      node.log.installSnapshot(id(3, 2))
      node = crashRaft(context, node)
      assertRaft(node, { boundary: [3, 2], terms: [2, 3] })
      node.log.installSnapshot(id(5, 3))
      node = crashRaft(context, node)
      assertRaft(node, { boundary: [5, 3] })
    },
  },
  {
    id: 'RAFT-INSTALL-003',
    rule: 'Entries after the snapshot are removed if the log has another term at its index, in the same commit.',
    edge: [119, 125, 131],
    run(context) {
      for (const term of [1, 4]) {
        let node = openRaft(context)
        node.log.reset()
        node.log.append(entriesOf(1, [1, 1, 2, 2, 2]))
        const before = writeCount(context)
        node.log.installSnapshot(id(3, term))
        assert.equal(writeCount(context), before + 1)
        assertRaft(node, { boundary: [3, term] })
        node = crashRaft(context, node)
        assertRaft(node, { boundary: [3, term] })
        node.log.append([entry(4, 4)])
        assertRaft(node, { boundary: [3, term], terms: [4] })
        node.log.close()
      }
    },
  },
  {
    id: 'RAFT-INSTALL-004',
    rule: 'A snapshot at the boundary changes nothing, and makes a purge to there durable.',
    edge: [124],
    run(context) {
      let node = openFilledRaft(context, [1, 1, 2])
      node.log.purge(id(2, 1))
      node.log.installSnapshot(id(2, 1))
      node = crashRaft(context, node)
      assertRaft(node, { boundary: [2, 1], terms: [2] })
      const before = writeCount(context)
      node.log.installSnapshot(id(2, 1))
      assert.equal(writeCount(context), before)
      assertRaft(reopenRaft(context, node), { boundary: [2, 1], terms: [2] })
    },
  },
  {
    id: 'RAFT-INSTALL-005',
    rule: 'A snapshot older than the boundary is CompactedError, and one that contradicts its term InvalidArgumentError.',
    edge: [123, 124, 130],
    run(context) {
      const node = openFilledRaft(context, [1, 2, 2, 3])
      node.log.purge(id(3, 2))
      assertThrows(CompactedError, () => node.log.installSnapshot(id(2, 2)))
      assertThrows(CompactedError, () => node.log.installSnapshot(id(0, 0)))
      for (const bad of [id(3, 1), id(3, 3), id(9, 1), id(4, 1), id(-1, 0), id(0, 1)]) {
        assertThrows(InvalidArgumentError, () => node.log.installSnapshot(bad), JSON.stringify(bad))
      }
      assertRaft(node, { boundary: [3, 2], terms: [3] })
    },
  },
  {
    id: 'RAFT-INSTALL-006',
    rule: 'An installation that failed leaves log and boundary as they were.',
    edge: [168],
    run(context) {
      let node = openFilledRaft(context, [1, 1, 2])
      node.log.purge(id(1, 1))
      node.log.flush()
      for (const site of ['raft.install_snapshot', 'log.commit.before', 'log.commit.inside']) {
        for (const place of [id(2, 1), id(2, 5), id(9, 5)]) {
          const armed = context.failpoints.arm(site, 'return(ENOSPC)')
          assertThrows(WriteFailedError, () => node.log.installSnapshot(place))
          armed.disarm()
          assertRaft(node, { boundary: [1, 1], terms: [1, 2] })
        }
      }
      node = crashRaft(context, node)
      assertRaft(node, { boundary: [1, 1], terms: [1, 2] })
    },
  },
  {
    id: 'RAFT-RESET-001',
    rule: 'reset forgets entries and boundary, begins at 1 again, and keeps term and vote but not the commit index.',
    edge: [110, 175],
    run(context) {
      let node = openFilledRaft(context, [1, 1, 2, 2])
      node.hardState.save({ currentTerm: 2, votedFor: 9, commit: 3 })
      node.log.purge(id(2, 1))
      node.log.reset()
      const hardState = { currentTerm: 2, votedFor: 9 }
      assertRaft(node, { hardState })
      node = crashRaft(context, node)
      assertRaft(node, { hardState })
      node.log.append(entriesOf(1, [1, 2]))
      assertRaft(node, { terms: [1, 2], hardState })
      node = crashRaft(context, node)
      assertRaft(node, { terms: [1, 2], hardState })
    },
  },
  {
    id: 'RAFT-RESET-002',
    rule: 'After resets and purges in any number, the log works as a fresh one does.',
    edge: [175],
    run(context) {
      let node = openRaft(context)
      for (let round = 1; round <= 4; round++) {
        node.log.append(entriesOf(1, [round, round, round + 1]))
        node.log.purge(id(round % 3, round % 3 === 0 ? 0 : round))
        node.log.append(entriesOf(4, [round + 1]))
        node = crashRaft(context, node)
        assert.deepEqual(node.log.lastLogId, id(4, round + 1))
        if (round % 2 === 0) node.log.installSnapshot(id(9, round + 1))
        node.log.reset()
        node = round % 2 === 0 ? crashRaft(context, node) : reopenRaft(context, node)
        assertRaft(node, {})
      }
      node.log.append(entriesOf(1, [1, 1, 1]))
      node.log.append(entriesOf(2, [2]))
      node.log.truncate(2)
      node.log.append(entriesOf(2, [3, 3]))
      node.log.purge(id(2, 3))
      assertRaft(reopenRaft(context, node), { boundary: [2, 3], terms: [3] })
    },
  },
  {
    id: 'RAFT-RESET-003',
    rule: 'A reset of a fresh log writes nothing, and one that failed changes nothing.',
    edge: ['P-10'],
    run(context) {
      let node = openRaft(context)
      node.log.reset()
      assert.equal(writeCount(context), 0)
      node.log.append(entriesOf(1, [1, 2]))
      for (const site of ['raft.reset', 'log.commit.inside']) {
        const armed = context.failpoints.arm(site, 'return')
        assertThrows(WriteFailedError, () => node.log.reset())
        armed.disarm()
      }
      assertRaft(node, { terms: [1, 2] })
      node = crashRaft(context, node)
      assertRaft(node, { terms: [1, 2] })
    },
  },
]
