/** Removing a suffix of a Raft log. */
import assert from 'node:assert/strict'
import { CompactedError, InvalidArgumentError } from '../../../errors.ts'
import type { ContractCase } from '../contract-case.ts'
import { assertThrows, eventsOf } from '../expectations.ts'
import { assertRaft, crashRaft, entry, id, openFilledRaft, writeCount } from './raft-case.ts'

export const raftTruncateCases: readonly ContractCase[] = [
  {
    id: 'RAFT-TRUNCATE-001',
    rule: 'truncate removes every entry at or above its index, durably when it returns.',
    edge: [47, 49, 50, 53, 'R-4'],
    run(context) {
      let node = openFilledRaft(context, [1, 1, 2, 2])
      node.log.truncate(3)
      assert.deepEqual(
        eventsOf(context.events, 'write')
          .slice(1)
          .map((event) => [event.operation, event.class, event.truncatedEntries]),
        [['truncate', 'commit', 2]],
      )
      assertRaft(node, { terms: [1, 1] })
      node = crashRaft(context, node)
      assertRaft(node, { terms: [1, 1] })
      node.log.append([entry(3, 3)])
      assertRaft(node, { terms: [1, 1, 3] })
    },
  },
  {
    id: 'RAFT-TRUNCATE-002',
    rule: 'truncate beyond the end changes nothing and writes nothing: the end never moves forward.',
    edge: [48, 58, 'R-5'],
    run(context) {
      const node = openFilledRaft(context, [1, 1])
      const before = writeCount(context)
      for (const from of [3, 4, 100, Number.MAX_SAFE_INTEGER]) node.log.truncate(from)
      assert.equal(writeCount(context), before)
      assertRaft(node, { terms: [1, 1] })
      node.log.append([entry(3, 1)])
      assertRaft(node, { terms: [1, 1, 1] })
    },
  },
  {
    id: 'RAFT-TRUNCATE-003',
    rule: 'truncate from the first index empties the log down to its boundary.',
    edge: [51, 86],
    run(context) {
      let node = openFilledRaft(context, [1, 1, 2, 2])
      node.log.purge(id(2, 1))
      node.log.truncate(3)
      node = crashRaft(context, node)
      assertRaft(node, { boundary: [2, 1] })
      node.log.append([entry(3, 1)])
      assertRaft(node, { boundary: [2, 1], terms: [1] })
    },
  },
  {
    id: 'RAFT-TRUNCATE-004',
    rule: 'truncate at or below the purge boundary is CompactedError, and at index 0 InvalidArgumentError.',
    edge: [42, 69],
    run(context) {
      const node = openFilledRaft(context, [1, 1, 2, 2])
      node.log.purge(id(2, 1))
      assertThrows(CompactedError, () => node.log.truncate(2))
      assertThrows(CompactedError, () => node.log.truncate(1))
      for (const from of [0, -1, 1.5, Number.NaN, 2 ** 53]) {
        assertThrows(InvalidArgumentError, () => node.log.truncate(from), `truncate(${from})`)
      }
      assertRaft(node, { boundary: [2, 1], terms: [2, 2] })
    },
  },
  {
    id: 'RAFT-TRUNCATE-005',
    rule: 'A term that was truncated is forgotten: the entries that come instead have their own.',
    edge: [45, 149],
    run(context) {
      const node = openFilledRaft(context, [1, 2, 2, 2])
      assert.equal(node.log.term(3), 2)
      node.log.truncate(2)
      node.log.append([entry(2, 1), entry(3, 1), entry(4, 3)])
      assertRaft(node, { terms: [1, 1, 1, 3] })
    },
  },
]
