/** Appending to a Raft log. */
import assert from 'node:assert/strict'
import { CompactedError, InvalidArgumentError, LogGapError } from '../../../errors.ts'
import type { RaftEntry } from '../../../raft/index.ts'
import type { ContractCase } from '../contract-case.ts'
import { assertThrows, eventsOf, textOf } from '../expectations.ts'
import { bytes } from '../log-ops.ts'
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

/** Batches that contradict themselves, for a log of terms 1 and 2. */
const badBatches: readonly (readonly [what: string, batch: readonly unknown[]])[] = [
  ['a gap', [entry(3, 2), entry(5, 2)]],
  ['an index twice', [entry(3, 2), entry(3, 2)]],
  ['indexes that fall', [entry(4, 2), entry(3, 2)]],
  ['a term that goes down', [entry(3, 3), entry(4, 2)]],
  ['a term below that of the entry before', [entry(3, 1)]],
  ['index 0', [entry(0, 0), entry(1, 1)]],
  ['an index below 0', [entry(-1, 1)]],
  ['an index of one half', [entry(2.5, 2)]],
  ['an index that is no safe integer', [entry(2 ** 53, 2)]],
  ['a term below 0', [entry(3, -1)]],
  ['a term that is no safe integer', [entry(3, 2 ** 53)]],
  ['a term that is no number', [{ ...entry(3, 2), term: '2' }]],
  ['an unknown kind', [{ ...entry(3, 2), kind: 'vote' }]],
  ['data that are a text', [{ ...entry(3, 2), data: 'x' }]],
  ['no data', [{ index: 3, term: 2, kind: 'noop' }]],
  ['nothing', [undefined]],
  ['a good entry and then nothing', [entry(3, 2), null]],
]

export const raftAppendCases: readonly ContractCase[] = [
  {
    id: 'RAFT-APPEND-001',
    rule: 'A fresh log has no entries, ends at index 0 of term 0, and opening it wrote nothing.',
    edge: [1],
    run(context) {
      const node = openRaft(context)
      assertRaft(node, {})
      assert.equal(writeCount(context), 0)
      assert.deepEqual([node.log.log.nextIndex, node.log.log.compactedIndex], [0, 0])
      assertRaft(reopenRaft(context, node), {})
    },
  },
  {
    id: 'RAFT-APPEND-002',
    rule: 'Entries are appended from index 1 on, each batch in one commit, and are durable when append returns.',
    edge: [2, 3, 22, 24],
    run(context) {
      let node = openRaft(context)
      node.log.append([entry(1, 1)])
      node.log.append(entriesOf(2, [1, 2, 2]))
      const told = eventsOf(context.events, 'write')
      assert.deepEqual(
        told.map((event) => [event.operation, event.class, event.appendedEntries]),
        [
          ['append', 'commit', 1],
          ['append', 'commit', 3],
        ],
      )
      assertRaft(node, { terms: [1, 1, 2, 2] })
      node = crashRaft(context, node)
      assertRaft(node, { terms: [1, 1, 2, 2] })
    },
  },
  {
    id: 'RAFT-APPEND-003',
    rule: 'Appending nothing costs nothing.',
    edge: [4, 5],
    run(context) {
      const node = openRaft(context)
      node.log.append([])
      assert.equal(writeCount(context), 0)
      assertRaft(node, {})
    },
  },
  {
    id: 'RAFT-APPEND-004',
    rule: 'A batch that begins beyond the end is LogGapError, and nothing of it is there.',
    edge: [9, 14, 15, 16],
    run(context) {
      let node = openRaft(context)
      assertThrows(LogGapError, () => node.log.append([entry(2, 1)]))
      assertRaft(node, {})
      node.log.append(entriesOf(1, [1, 1]))
      const error = assertThrows(LogGapError, () => node.log.append([entry(4, 1)]))
      assert.deepEqual([error.index, error.nextIndex], [4, 3])
      node = crashRaft(context, node)
      assertRaft(node, { terms: [1, 1] })
    },
  },
  {
    id: 'RAFT-APPEND-005',
    rule: 'A batch with a gap, an index twice, out of order, or of anything but entries is InvalidArgumentError, and nothing of it is there.',
    edge: [10, 17],
    run(context) {
      let node = openFilledRaft(context, [1, 2])
      for (const [what, batch] of badBatches) {
        assertThrows(InvalidArgumentError, () => node.log.append(batch as RaftEntry[]), what)
        assertRaft(node, { terms: [1, 2] })
      }
      for (const batch of [undefined, null, 'ab', entry(3, 2)]) {
        assertThrows(InvalidArgumentError, () => node.log.append(batch as unknown as RaftEntry[]))
      }
      node = crashRaft(context, node)
      assertRaft(node, { terms: [1, 2] })
      node.log.append([entry(3, 2)])
      assertRaft(node, { terms: [1, 2, 2] })
    },
  },
  {
    id: 'RAFT-APPEND-006',
    rule: 'A batch that begins at or below the purge boundary is CompactedError, and nothing of it is there.',
    edge: [29, 30, 31, 42],
    run(context) {
      const node = openFilledRaft(context, [1, 1, 2, 2])
      node.log.purge(id(3, 2))
      for (const first of [1, 2, 3]) {
        const batch = entriesOf(first, [3, 3, 3, 3])
        assertThrows(CompactedError, () => node.log.append(batch), `from ${first}`)
        assertRaft(node, { boundary: [3, 2], terms: [2] })
      }
    },
  },
  {
    id: 'RAFT-APPEND-007',
    rule: 'After everything was purged, the next entry follows the boundary and has at least its term.',
    edge: [7, 71, 138, 'R-1', 'P-9', 'P-22'],
    run(context) {
      let node = openFilledRaft(context, [1, 2, 3])
      node.log.purge(id(3, 3))
      node = reopenRaft(context, node)
      assertRaft(node, { boundary: [3, 3] })
      assertThrows(LogGapError, () => node.log.append([entry(5, 3)]))
      assertThrows(InvalidArgumentError, () => node.log.append([entry(4, 2)]))
      assertThrows(CompactedError, () => node.log.append([entry(1, 3)]))
      node.log.append([entry(4, 3)])
      node = crashRaft(context, node)
      assertRaft(node, { boundary: [3, 3], terms: [3] })
    },
  },
  {
    id: 'RAFT-APPEND-008',
    rule: 'Entries with equal commands are entries of their own, and each kind and any data come back as given.',
    edge: [20, 188],
    run(context) {
      let node = openRaft(context)
      const given: RaftEntry[] = [
        { index: 1, term: 1, kind: 'noop', data: new Uint8Array() },
        { index: 2, term: 1, kind: 'config', data: bytes('a,b,c') },
        { index: 3, term: 1, kind: 'command', data: bytes('same') },
        { index: 4, term: 1, kind: 'command', data: bytes('same') },
        { index: 5, term: Number.MAX_SAFE_INTEGER, kind: 'command', data: new Uint8Array(70_000).fill(7) },
      ]
      node.log.append(given)
      node = crashRaft(context, node)
      assert.deepEqual(node.log.entries(1, 6), given)
      assert.deepEqual(node.log.lastLogId, id(5, Number.MAX_SAFE_INTEGER))
    },
  },
  {
    id: 'RAFT-APPEND-009',
    rule: 'The bytes of an entry are copied on the way in and on the way out.',
    run(context) {
      const node = openRaft(context)
      const data = bytes('abc')
      node.log.append([{ index: 1, term: 1, kind: 'command', data }])
      data.fill(0)
      node.log.entry(1).data.fill(0)
      const [read] = node.log.entries(1, 2)
      assert.equal(read && textOf(read.data), 'abc')
      assert.equal(Object.getPrototypeOf(read?.data), Uint8Array.prototype)
      assert.equal(read?.data.byteLength, read?.data.buffer.byteLength)
    },
  },
  {
    id: 'RAFT-APPEND-010',
    rule: 'A write that failed is not there and is not remembered, and the next one lands where it would have.',
    edge: [21, 169, 'P-1', 'R-3'],
    run(context) {
      let node = openFilledRaft(context, [1, 1, 1])
      for (const site of ['log.commit.before', 'log.commit.inside']) {
        const armed = context.failpoints.arm(site, 'return(ENOSPC)')
        assertThrows(Error, () => node.log.append(entriesOf(2, [2, 3])))
        assertThrows(Error, () => node.log.append([entry(4, 4)]))
        armed.disarm()
        assertRaft(node, { terms: [1, 1, 1] })
      }
      node.log.append([entry(4, 1)])
      node = crashRaft(context, node)
      assertRaft(node, { terms: [1, 1, 1, 1] })
    },
  },
]
