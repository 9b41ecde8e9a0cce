/** What a node finds when it starts again, and how its storage ends. */
import assert from 'node:assert/strict'
import { CorruptionError, InvalidArgumentError, LogClosedError } from '../../../errors.ts'
import type { ContractCase } from '../contract-case.ts'
import { assertThrows } from '../expectations.ts'
import { append, compact, setMeta, trim } from '../log-ops.ts'
import {
  assertRaft,
  type CaseNode,
  crashRaft,
  entriesOf,
  entry,
  id,
  openRaft,
  reopenRaft,
} from './raft-case.ts'

/** Every call of Raft storage that may be refused when the log is not usable. */
export const everyCall: readonly (readonly [name: string, call: (node: CaseNode) => unknown])[] = [
  ['firstIndex', ({ log }) => log.firstIndex],
  ['lastIndex', ({ log }) => log.lastIndex],
  ['lastLogId', ({ log }) => log.lastLogId],
  ['purgeBoundary', ({ log }) => log.purgeBoundary],
  ['term', ({ log }) => log.term(1)],
  ['entry', ({ log }) => log.entry(1)],
  ['entries', ({ log }) => log.entries(1, 2)],
  ['no entries', ({ log }) => log.entries(1, 1)],
  ['append', ({ log }) => log.append([entry(1, 1)])],
  ['append nothing', ({ log }) => log.append([])],
  ['append with a gap', ({ log }) => log.append([entry(100, 1)])],
  ['replaceSuffix', ({ log }) => log.replaceSuffix(1, [entry(1, 1)])],
  ['truncate', ({ log }) => log.truncate(1)],
  ['truncate beyond the end', ({ log }) => log.truncate(100)],
  ['purge', ({ log }) => log.purge(id(1, 1))],
  ['purge nothing', ({ log }) => log.purge(id(0, 0))],
  ['installSnapshot', ({ log }) => log.installSnapshot(id(9, 9))],
  ['reset', ({ log }) => log.reset()],
  ['flush', ({ log }) => log.flush()],
  ['save', ({ hardState }) => hardState.save({ currentTerm: 1, votedFor: 1 })],
  ['load', ({ hardState }) => hardState.load()],
  ['saveWith', ({ hardState }) => hardState.saveWith({ currentTerm: 1, votedFor: 1 }, [entry(1, 1)])],
  ['saveWith nothing', ({ hardState }) => hardState.saveWith(undefined, [])],
]

export const raftReopenCases: readonly ContractCase[] = [
  {
    id: 'RAFT-REOPEN-001',
    rule: 'Closing and opening twice changes nothing, whatever was deferred before.',
    edge: [62, 85, 109, 138],
    run(context) {
      let node = openRaft(context)
      node.hardState.save({ currentTerm: 3, votedFor: 'a', commit: 1 })
      node.log.append(entriesOf(1, [1, 2, 2, 3]))
      node.log.purge(id(2, 2))
      node.hardState.save({ currentTerm: 3, votedFor: 'a', commit: 4 })
      const expected = {
        boundary: [2, 2],
        terms: [2, 3],
        hardState: { currentTerm: 3, votedFor: 'a', commit: 4 },
      } as const
      assertRaft(node, expected)
      for (let round = 0; round < 2; round++) {
        node = reopenRaft(context, node)
        assertRaft(node, expected)
      }
    },
  },
  {
    id: 'RAFT-REOPEN-002',
    rule: 'After purge, truncate, install, reset and reopening in turn, the ends and the boundary are right each time.',
    edge: [66, 71, 82, 86, 175],
    run(context) {
      let node = openRaft(context)
      const check = (boundary: readonly [number, number], terms: readonly number[]): void => {
        assertRaft(node, { boundary, terms })
        node = crashRaft(context, node)
        assertRaft(node, { boundary, terms })
      }
      node.log.append(entriesOf(1, [1, 1, 1, 2, 2, 3]))
      check([0, 0], [1, 1, 1, 2, 2, 3])
      node.log.purge(id(4, 2))
      node.log.truncate(6)
      check([4, 2], [2])
      node.log.purge(id(5, 2))
      node.log.flush()
      check([5, 2], [])
      node.log.append(entriesOf(6, [4, 4]))
      check([5, 2], [4, 4])
      node.log.installSnapshot(id(6, 5))
      check([6, 5], [])
      node.log.append(entriesOf(7, [5]))
      node.log.truncate(7)
      check([6, 5], [])
      node.log.reset()
      check([0, 0], [])
      node.log.append(entriesOf(1, [6]))
      check([0, 0], [6])
    },
  },
  {
    id: 'RAFT-REOPEN-003',
    rule: 'A log that another engine wrote to is InvalidArgumentError, and is left as it was.',
    edge: [142],
    run(context) {
      const log = context.open()
      log.commit([append('a', 'b'), setMeta('paxos.promise', 'x')])
      const options = { failpoints: context.failpoints, observer: context.observer }
      assertThrows(InvalidArgumentError, () => context.createRaftNode(log, options))
      assert.deepEqual([log.firstIndex, log.nextIndex], [0, 2])
      assert.deepEqual(log.audit(), [])
    },
  },
  {
    id: 'RAFT-REOPEN-004',
    rule: 'A log that begins elsewhere than its boundary says, or a boundary that is none, is CorruptionError.',
    edge: [142, 'R-6'],
    run(context) {
      const node = openRaft(context)
      const { log: store } = node.log
      node.log.append(entriesOf(1, [1, 1, 1]))
      node.log.purge(id(1, 1))
      const options = { failpoints: context.failpoints, observer: context.observer }
      store.commit([trim(3)])
      assertThrows(CorruptionError, () => context.createRaftNode(store, options), 'more was trimmed')
      store.commit([compact(3)])
      assertThrows(CorruptionError, () => context.createRaftNode(store, options), 'and compacted')
      store.commit([setMeta('raft.head', 'x')])
      assertThrows(CorruptionError, () => context.createRaftNode(store, options), 'a head of one byte')
      assert.equal(context.events.filter(({ kind }) => kind === 'corruption').length, 3)
    },
  },
  {
    id: 'RAFT-REOPEN-005',
    rule: 'After close every call is LogClosedError, and closing twice is fine.',
    edge: [146],
    run(context) {
      const node = openRaft(context)
      node.log.append(entriesOf(1, [1, 1]))
      node.log.close()
      node.log.close()
      for (const [name, call] of everyCall) assertThrows(LogClosedError, () => call(node), name)
      assertRaft(openRaft(context), { terms: [1, 1] })
    },
  },
]
