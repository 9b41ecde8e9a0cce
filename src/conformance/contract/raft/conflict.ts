/** Entries that a new leader replaces. */
import assert from 'node:assert/strict'
import { CompactedError, InvalidArgumentError, LogGapError } from '../../../errors.ts'
import type { ContractCase } from '../contract-case.ts'
import { assertThrows, eventsOf } from '../expectations.ts'
import { bytes } from '../log-ops.ts'
import {
  assertRaft,
  crashRaft,
  entriesOf,
  entry,
  id,
  openFilledRaft,
  reopenRaft,
  writeCount,
} from './raft-case.ts'

export const raftConflictCases: readonly ContractCase[] = [
  {
    id: 'RAFT-CONFLICT-001',
    rule: 'Entries that are there with the same terms are left alone, and writing them again writes nothing.',
    edge: [38],
    run(context) {
      const node = openFilledRaft(context, [1, 1, 2])
      const before = writeCount(context)
      node.log.append(entriesOf(1, [1, 1, 2]))
      node.log.append(entriesOf(2, [1]))
      assert.equal(writeCount(context), before)
      assertRaft(node, { terms: [1, 1, 2] })
    },
  },
  {
    id: 'RAFT-CONFLICT-002',
    rule: 'A late, shorter batch of the same terms does not remove what follows it.',
    edge: [38, 'P-10'],
    run(context) {
      let node = openFilledRaft(context, [1, 1, 1, 1])
      node.log.append(entriesOf(1, [1, 1]))
      node = crashRaft(context, node)
      assertRaft(node, { terms: [1, 1, 1, 1] })
    },
  },
  {
    id: 'RAFT-CONFLICT-003',
    rule: 'From the first index whose term differs, the suffix is replaced, in one commit, and what comes before it stays.',
    edge: [26, 32, 33, 34, 36, 37, 40, 44, 'R-7'],
    run(context) {
      let node = openFilledRaft(context, [1, 1, 1, 1, 1])
      const kept = { ...entry(3, 1), data: bytes('another command of the same term') }
      const before = writeCount(context)
      node.log.append([kept, entry(4, 2)])
      const [event] = eventsOf(context.events, 'write').slice(before)
      assert.equal(writeCount(context), before + 1)
      assert.deepEqual(
        [event?.operation, event?.class, event?.truncatedEntries, event?.appendedEntries],
        ['append', 'commit', 2, 1],
      )
      assertRaft(node, { terms: [1, 1, 1, 2] })
      node = crashRaft(context, node)
      assertRaft(node, { terms: [1, 1, 1, 2] })
    },
  },
  {
    id: 'RAFT-CONFLICT-004',
    rule: 'A replacement may have a lower term than what it replaces, but not than what it follows.',
    edge: [40],
    run(context) {
      const node = openFilledRaft(context, [1, 5, 5])
      node.log.append(entriesOf(2, [2, 3]))
      assertRaft(node, { terms: [1, 2, 3] })
      assertThrows(InvalidArgumentError, () => node.log.append([entry(3, 1)]))
      assertRaft(node, { terms: [1, 2, 3] })
    },
  },
  {
    id: 'RAFT-CONFLICT-005',
    rule: 'A shorter replacement moves the end back, and the next entry follows it without a gap.',
    edge: [27, 34, 54],
    run(context) {
      let node = openFilledRaft(context, [1, 1, 1, 1, 1])
      node.log.append([entry(2, 2)])
      assertThrows(LogGapError, () => node.log.append([entry(6, 2)]))
      node.log.append([entry(3, 2)])
      node = reopenRaft(context, node)
      assertRaft(node, { terms: [1, 2, 2] })
    },
  },
  {
    id: 'RAFT-CONFLICT-006',
    rule: 'The first entry after the boundary may be replaced, and so may the whole log.',
    edge: [32, 41],
    run(context) {
      let node = openFilledRaft(context, [1, 1, 1, 1])
      node.log.purge(id(2, 1))
      node.log.append(entriesOf(3, [2, 2, 2]))
      node = crashRaft(context, node)
      assertRaft(node, { boundary: [2, 1], terms: [2, 2, 2] })
      node.log.append([entry(3, 3)])
      node = crashRaft(context, node)
      assertRaft(node, { boundary: [2, 1], terms: [3] })
    },
  },
  {
    id: 'RAFT-CONFLICT-007',
    rule: 'A replacement that failed leaves the old suffix whole, and its terms.',
    edge: [43, 'P-4', 'P-7'],
    run(context) {
      let node = openFilledRaft(context, [1, 1, 2, 2])
      const armed = context.failpoints.arm('log.commit.inside', 'return(ENOSPC)')
      assertThrows(Error, () => node.log.append(entriesOf(2, [3, 3])))
      armed.disarm()
      assertRaft(node, { terms: [1, 1, 2, 2] })
      node = crashRaft(context, node)
      assertRaft(node, { terms: [1, 1, 2, 2] })
    },
  },
  {
    id: 'RAFT-CONFLICT-008',
    rule: 'Nothing replaced comes back, whatever is written and reopened afterwards.',
    edge: [36, 40, 'P-15'],
    run(context) {
      let node = openFilledRaft(context, [1, 1, 1, 1, 1, 1])
      node.log.append(entriesOf(3, [2]))
      node = crashRaft(context, node)
      assertRaft(node, { terms: [1, 1, 2] })
      node.log.truncate(2)
      node = crashRaft(context, node)
      assertRaft(node, { terms: [1] })
      node.log.append(entriesOf(2, [3, 3, 3]))
      node = reopenRaft(context, node)
      assertRaft(node, { terms: [1, 3, 3, 3] })
    },
  },
  {
    id: 'RAFT-CONFLICT-009',
    rule: 'replaceSuffix removes what follows even where the terms are the same, and without entries it truncates.',
    edge: [34, 35],
    run(context) {
      let node = openFilledRaft(context, [1, 1, 1, 1, 1])
      node.log.replaceSuffix(3, entriesOf(3, [1, 1]))
      assertRaft(node, { terms: [1, 1, 1, 1] })
      node.log.replaceSuffix(3, [])
      node = crashRaft(context, node)
      assertRaft(node, { terms: [1, 1] })
      node.log.replaceSuffix(3, entriesOf(3, [2]))
      assertRaft(node, { terms: [1, 1, 2] })
    },
  },
  {
    id: 'RAFT-CONFLICT-010',
    rule: 'replaceSuffix refuses a gap, a purged index, a batch from another index, and a term that goes down.',
    edge: [28, 'T-4', 'T-5', 'T-6'],
    run(context) {
      const node = openFilledRaft(context, [1, 2, 2])
      node.log.purge(id(1, 1))
      assertThrows(LogGapError, () => node.log.replaceSuffix(5, [entry(5, 2)]))
      assertThrows(CompactedError, () => node.log.replaceSuffix(1, [entry(1, 3)]))
      assertThrows(InvalidArgumentError, () => node.log.replaceSuffix(3, [entry(4, 2)]))
      assertThrows(InvalidArgumentError, () => node.log.replaceSuffix(3, [entry(3, 1)]))
      assertThrows(InvalidArgumentError, () => node.log.replaceSuffix(0, []))
      node.log.replaceSuffix(9, [])
      assertRaft(node, { boundary: [1, 1], terms: [2, 2] })
    },
  },
]
