/** Reading a Raft log: entries, and the terms along it. */
import assert from 'node:assert/strict'
import { CompactedError, InvalidArgumentError, UnavailableError } from '../../../errors.ts'
import { entryOverheadBytes } from '../../../raft/index.ts'
import type { ContractCase } from '../contract-case.ts'
import { assertThrows } from '../expectations.ts'
import { assertRaft, crashRaft, entriesOf, entry, id, openFilledRaft, openRaft } from './raft-case.ts'

export const raftReadCases: readonly ContractCase[] = [
  {
    id: 'RAFT-READ-001',
    rule: 'entries is half-open, and empty where its ends are the same.',
    edge: [88, 90, 92, 95, 97],
    run(context) {
      const node = openFilledRaft(context, [1, 1, 2, 2])
      assert.deepEqual(node.log.entries(2, 4), entriesOf(2, [1, 2]))
      assert.deepEqual(node.log.entries(1, 5), entriesOf(1, [1, 1, 2, 2]))
      assert.deepEqual([node.log.entries(3, 3), node.log.entries(5, 5)], [[], []])
    },
  },
  {
    id: 'RAFT-READ-002',
    rule: 'entries from at or below the boundary is CompactedError, and beyond the end UnavailableError, never a part.',
    edge: [80, 89, 94, 95, 96, 100, 104, 'R-8', 'T-7', 'T-8'],
    run(context) {
      const node = openFilledRaft(context, [1, 1, 2, 2])
      node.log.purge(id(2, 1))
      for (const low of [1, 2]) {
        const error = assertThrows(CompactedError, () => node.log.entries(low, 4))
        assert.deepEqual([error.index, error.firstIndex], [low, 3])
        assertThrows(CompactedError, () => node.log.entries(low, low))
      }
      for (const high of [6, 100, Number.MAX_SAFE_INTEGER]) {
        const error = assertThrows(UnavailableError, () => node.log.entries(3, high))
        assert.equal(error.lastIndex, 4)
      }
      assertThrows(UnavailableError, () => node.log.entries(6, 6))
    },
  },
  {
    id: 'RAFT-READ-003',
    rule: 'An empty log answers Compacted below its first index, and Unavailable from there on.',
    edge: [80, 86, 96],
    run(context) {
      const node = openRaft(context)
      assert.deepEqual([node.log.entries(1, 1), node.log.term(0)], [[], 0])
      assertThrows(UnavailableError, () => node.log.entries(1, 2))
      assertThrows(UnavailableError, () => node.log.entry(1))
      assertThrows(UnavailableError, () => node.log.term(1))
      node.log.installSnapshot(id(7, 3))
      assert.deepEqual([node.log.entries(8, 8), node.log.term(7)], [[], 3])
      assertThrows(CompactedError, () => node.log.entries(7, 8))
      assertThrows(CompactedError, () => node.log.term(6))
      assertThrows(UnavailableError, () => node.log.entries(8, 9))
    },
  },
  {
    id: 'RAFT-READ-004',
    rule: 'maxBytes stops before it is passed, and one entry is returned whatever its size.',
    edge: [93, 96, 101],
    run(context) {
      const node = openFilledRaft(context, [1, 1, 1])
      const size = entry(1, 1).data.length + entryOverheadBytes
      const read = (maxBytes: number): number => node.log.entries(1, 4, { maxBytes }).length
      assert.deepEqual(
        [0, 1, size, 2 * size - 1, 2 * size, 2.5 * size, 3 * size, Number.POSITIVE_INFINITY].map(read),
        [1, 1, 1, 1, 2, 2, 3, 3],
      )
      for (const maxBytes of [-1, Number.NaN, 'x' as unknown as number]) {
        assertThrows(InvalidArgumentError, () => read(maxBytes), String(maxBytes))
      }
    },
  },
  {
    id: 'RAFT-READ-005',
    rule: 'A range that is turned around, index 0, or what is no index is InvalidArgumentError.',
    edge: [95],
    run(context) {
      const node = openFilledRaft(context, [1, 1])
      const bad: readonly (() => unknown)[] = [
        () => node.log.entries(2, 1),
        () => node.log.entries(0, 1),
        () => node.log.entries(-1, 1),
        () => node.log.entries(1, 1.5),
        () => node.log.entry(0),
        () => node.log.entry(Number.NaN),
        () => node.log.term(-1),
        () => node.log.term(2 ** 53),
      ]
      for (const call of bad) assertThrows(InvalidArgumentError, call, String(call))
    },
  },
  {
    id: 'RAFT-READ-006',
    rule: 'term answers from the purge boundary through the last index, and says which way others lie.',
    edge: [79, 80, 82, 85],
    run(context) {
      let node = openFilledRaft(context, [1, 2, 2, 5])
      node.log.purge(id(2, 2))
      node.log.flush()
      for (let round = 0; round < 2; round++) {
        assert.deepEqual(
          [2, 3, 4].map((index) => node.log.term(index)),
          [2, 2, 5],
        )
        assertThrows(CompactedError, () => node.log.term(1))
        assertThrows(CompactedError, () => node.log.term(0))
        const error = assertThrows(UnavailableError, () => node.log.term(5))
        assert.deepEqual([error.index, error.lastIndex], [5, 4])
        node = crashRaft(context, node)
      }
    },
  },
  {
    id: 'RAFT-READ-007',
    rule: 'Terms are right in whatever order they are asked for, before and after reopening.',
    edge: [87, 149],
    run(context) {
      const terms = Array.from({ length: 60 }, (_, position) => Math.floor(position / 7) ** 2)
      let node = openFilledRaft(context, terms)
      for (const step of [1, 7, 11, 59]) {
        node = crashRaft(context, node)
        for (let count = 0; count < 60; count++) {
          const index = ((count * step) % 60) + 1
          assert.equal(node.log.term(index), terms[index - 1], `term(${index}), by steps of ${step}`)
        }
      }
      assertRaft(node, { terms })
    },
  },
  {
    id: 'RAFT-READ-008',
    rule: 'A reader sees what was appended after it last read.',
    edge: [23],
    run(context) {
      const node = openFilledRaft(context, [1])
      assertThrows(UnavailableError, () => node.log.term(2))
      node.log.append([entry(2, 4)])
      assert.deepEqual([node.log.term(2), node.log.lastIndex], [4, 2])
    },
  },
]
