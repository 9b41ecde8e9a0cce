/** Term, vote and commit index. */
import assert from 'node:assert/strict'
import { HardStateRegressionError, InvalidArgumentError, WriteFailedError } from '../../../errors.ts'
import type { HardState } from '../../../raft/index.ts'
import type { ContractCase } from '../contract-case.ts'
import { assertThrows, eventsOf } from '../expectations.ts'
import { assertRaft, crashRaft, entriesOf, entry, openFilledRaft, openRaft, writeCount } from './raft-case.ts'

const none = undefined

export const raftHardStateCases: readonly ContractCase[] = [
  {
    id: 'RAFT-HARDSTATE-001',
    rule: 'There is no hard state before the first save.',
    edge: [107, 114],
    run(context) {
      let node = openRaft(context)
      assert.equal(node.hardState.load(), undefined)
      node.log.append([entry(1, 1)])
      node = crashRaft(context, node)
      assert.equal(node.hardState.load(), undefined)
    },
  },
  {
    id: 'RAFT-HARDSTATE-002',
    rule: 'A first state of term 0 without a vote is saved, and is not mistaken for none.',
    edge: [107, 112],
    run(context) {
      let node = openRaft(context)
      node.hardState.save({ currentTerm: 0, votedFor: none })
      node = crashRaft(context, node)
      assertRaft(node, { hardState: { currentTerm: 0, votedFor: none } })
    },
  },
  {
    id: 'RAFT-HARDSTATE-003',
    rule: 'Term and vote are durable when save returns, one after the other, and the last one is what is loaded.',
    edge: [109, 111, 116, 117, 'R-2', 'P-8'],
    run(context) {
      let node = openRaft(context)
      const states: readonly HardState[] = [
        { currentTerm: 1, votedFor: none },
        { currentTerm: 1, votedFor: 7 },
        { currentTerm: 2, votedFor: 'server-b' },
        { currentTerm: 3, votedFor: '7' },
        { currentTerm: 42, votedFor: 0, commit: 3 },
        { currentTerm: Number.MAX_SAFE_INTEGER, votedFor: Number.MAX_SAFE_INTEGER, commit: 0 },
      ]
      node.log.append(entriesOf(1, [0, 0, 0]))
      for (const hardState of states) {
        node.hardState.save(hardState)
        node = crashRaft(context, node)
        assertRaft(node, { terms: [0, 0, 0], hardState })
      }
      const events = eventsOf(context.events, 'write').slice(1)
      assert.deepEqual(
        events.map((event) => [event.operation, event.class]),
        states.map(() => ['save_hard_state', 'commit']),
      )
    },
  },
  {
    id: 'RAFT-HARDSTATE-004',
    rule: 'A lower term, another vote in the same term, or a vote taken back is HardStateRegressionError, and changes nothing.',
    edge: ['P-8', 117],
    run(context) {
      let node = openRaft(context)
      const stored = { currentTerm: 5, votedFor: 2 }
      node.hardState.save(stored)
      const regressions: readonly HardState[] = [
        { currentTerm: 4, votedFor: 2 },
        { currentTerm: 4, votedFor: none },
        { currentTerm: 0, votedFor: none },
        { currentTerm: 5, votedFor: 3 },
        { currentTerm: 5, votedFor: '2' },
        { currentTerm: 5, votedFor: none },
      ]
      for (const given of regressions) {
        for (const save of [
          () => node.hardState.save(given),
          () => node.hardState.saveWith(given, [entry(1, 1)]),
        ]) {
          const error = assertThrows(HardStateRegressionError, save, JSON.stringify(given))
          assert.deepEqual([error.stored, error.given], [stored, given])
        }
        assertRaft(node, { hardState: stored })
      }
      node = crashRaft(context, node)
      assertRaft(node, { hardState: stored })
      node.hardState.save({ currentTerm: 6, votedFor: none })
      node.hardState.save({ currentTerm: 6, votedFor: 3 })
      assertRaft(node, { hardState: { currentTerm: 6, votedFor: 3 } })
    },
  },
  {
    id: 'RAFT-HARDSTATE-005',
    rule: 'A state in which the commit index alone has changed is deferred, and one that is there already is not written.',
    edge: [113, 118],
    run(context) {
      let node = openFilledRaft(context, [1, 1])
      node.hardState.save({ currentTerm: 1, votedFor: 1, commit: 1 })
      const before = writeCount(context)
      node.hardState.save({ currentTerm: 1, votedFor: 1, commit: 1 })
      assert.equal(writeCount(context), before)
      node.hardState.save({ currentTerm: 1, votedFor: 1, commit: 2 })
      const last = eventsOf(context.events, 'write').at(-1)
      assert.deepEqual([last?.operation, last?.class], ['save_hard_state', 'deferred'])
      assertRaft(node, { terms: [1, 1], hardState: { currentTerm: 1, votedFor: 1, commit: 2 } })
      node = crashRaft(context, node)
      assertRaft(node, { terms: [1, 1], hardState: { currentTerm: 1, votedFor: 1, commit: 1 } })
      node.hardState.save({ currentTerm: 1, votedFor: 1 })
      node.log.flush()
      node = crashRaft(context, node)
      assertRaft(node, { terms: [1, 1], hardState: { currentTerm: 1, votedFor: 1 } })
    },
  },
  {
    id: 'RAFT-HARDSTATE-006',
    rule: 'What is no hard state is InvalidArgumentError, and changes nothing.',
    edge: [114],
    run(context) {
      const node = openRaft(context)
      const bad: readonly unknown[] = [
        undefined,
        null,
        5,
        {},
        { currentTerm: -1, votedFor: none },
        { currentTerm: 1.5, votedFor: none },
        { currentTerm: 2 ** 53, votedFor: none },
        { currentTerm: '1', votedFor: none },
        { currentTerm: 1, votedFor: null },
        { currentTerm: 1, votedFor: -1 },
        { currentTerm: 1, votedFor: '' },
        { currentTerm: 1, votedFor: 'x'.repeat(256) },
        { currentTerm: 1, votedFor: '\ud800' },
        { currentTerm: 1, votedFor: none, commit: -1 },
        { currentTerm: 1, votedFor: none, commit: '1' },
      ]
      for (const state of bad) {
        assertThrows(
          InvalidArgumentError,
          () => node.hardState.save(state as HardState),
          JSON.stringify(state),
        )
      }
      assertRaft(node, {})
    },
  },
  {
    id: 'RAFT-HARDSTATE-007',
    rule: 'saveWith writes state and entries in one commit: both are there, or neither.',
    edge: [117, 168, 'T-10'],
    run(context) {
      let node = openFilledRaft(context, [1, 1])
      node.hardState.save({ currentTerm: 1, votedFor: 1 })
      for (const site of ['raft.save_with', 'log.commit.before', 'log.commit.inside']) {
        const armed = context.failpoints.arm(site, 'return(ENOSPC)')
        assertThrows(WriteFailedError, () =>
          node.hardState.saveWith({ currentTerm: 2, votedFor: none }, entriesOf(2, [2, 2])),
        )
        armed.disarm()
        assertRaft(node, { terms: [1, 1], hardState: { currentTerm: 1, votedFor: 1 } })
      }
      const before = writeCount(context)
      node.hardState.saveWith({ currentTerm: 2, votedFor: none, commit: 1 }, entriesOf(2, [2, 2]))
      assert.equal(writeCount(context), before + 1)
      const last = eventsOf(context.events, 'write').at(-1)
      assert.deepEqual([last?.operation, last?.class], ['save_with', 'commit'])
      node = crashRaft(context, node)
      assertRaft(node, { terms: [1, 2, 2], hardState: { currentTerm: 2, votedFor: none, commit: 1 } })
    },
  },
  {
    id: 'RAFT-HARDSTATE-008',
    rule: 'saveWith with a bad batch saves no state, and with a bad state appends no entry.',
    edge: ['P-2'],
    run(context) {
      const node = openFilledRaft(context, [1])
      assertThrows(Error, () => node.hardState.saveWith({ currentTerm: 3, votedFor: 1 }, [entry(5, 1)]))
      assertThrows(Error, () => node.hardState.saveWith({ currentTerm: -3, votedFor: 1 }, [entry(2, 1)]))
      const ahead = [entry(2, 4)]
      assertThrows(InvalidArgumentError, () =>
        node.hardState.saveWith({ currentTerm: 3, votedFor: 1 }, ahead),
      )
      assertThrows(InvalidArgumentError, () => node.hardState.saveWith(undefined, ahead))
      assertRaft(node, { terms: [1] })
    },
  },
  {
    id: 'RAFT-HARDSTATE-009',
    rule: 'saveWith of what is there already writes nothing, without a state appends, and without entries saves.',
    edge: [112],
    run(context) {
      let node = openRaft(context)
      const hardState = { currentTerm: 2, votedFor: 1 }
      node.hardState.saveWith(hardState, [])
      node = crashRaft(context, node)
      node.hardState.saveWith(undefined, entriesOf(1, [2]))
      node = crashRaft(context, node)
      assertRaft(node, { terms: [2], hardState })
      const before = writeCount(context)
      node.hardState.saveWith(hardState, entriesOf(1, [2]))
      node.hardState.saveWith(undefined, [])
      assert.equal(writeCount(context), before)
    },
  },
]
