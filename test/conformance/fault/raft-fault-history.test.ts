import { expect, test } from 'vitest'
import { FaultHistory } from '../../../src/conformance/fault/fault-history.ts'
import { raftFaultModel } from '../../../src/conformance/kill-raft/fault/raft-fault-model.ts'
import type { RaftHistoryOperation } from '../../../src/conformance/kill-raft/history.ts'
import { applyOperation, blankState, lastOf } from '../../../src/conformance/kill-raft/model.ts'
import type { RaftRecovered } from '../../../src/conformance/kill-raft/oracle.ts'
import { fullCapabilities } from '../../../src/conformance/kit/index.ts'
import type { Outcome } from '../../../src/conformance/oracle.ts'

type Operation = RaftHistoryOperation

const vote = (currentTerm: number, commit?: number): Operation => {
  return { kind: 'save', state: { currentTerm, votedFor: 1, commit } }
}
const append = (index: number, term = 1): Operation => {
  return { kind: 'append', entries: [{ index, term, kind: 'noop', value: { number: index, size: 8 } }] }
}
const snapshot = (index: number): Operation => {
  return { kind: 'takeSnapshot', at: { index, term: 1 }, value: { number: 100 + index, size: 8 } }
}
const done: Outcome = { kind: 'done' }
const threw = (inDoubt?: boolean): Outcome => ({ kind: 'threw', error: 'Error', inDoubt })

/** A judge of what comes back after these calls, of storage of another make unless it is told to be Holdfast's. */
function verdictOf(calls: readonly (readonly [Operation, Outcome])[], isOwn = false) {
  const history = new FaultHistory(raftFaultModel(isOwn ? undefined : fullCapabilities({})))
  for (const [operation, outcome] of calls) {
    history.take({ kind: 'intent', operation })
    history.take({ kind: 'ack', outcome })
  }
  const verdict = history.verdictNow()
  return (...operations: readonly Operation[]) => verdict(recovered(...operations)).map(({ rule }) => rule)
}

/** What comes back of storage that has done these. */
function recovered(...operations: readonly Operation[]): RaftRecovered {
  const state = operations.reduce((one, operation) => applyOperation(one, operation).state, blankState)
  const { index, term } = lastOf(state.log)
  const view = {
    state,
    firstIndex: state.log.boundary.index + 1,
    lastIndex: index,
    lastTerm: term,
    audit: [],
  }
  return { ...view, again: view }
}

test('a vote in doubt may be there or not, and an acked one is', () => {
  const rules = verdictOf([
    [vote(1), done],
    [vote(2), threw()],
  ])
  expect(rules(vote(1))).toEqual([])
  expect(rules(vote(1), vote(2))).toEqual([])
  expect(rules()).toEqual(['hard-state-regressed'])
})

test('a vote of which the storage says that it did not happen is not there', () => {
  const rules = verdictOf([
    [vote(1), done],
    [vote(2), threw(false)],
  ])
  expect(rules(vote(1))).toEqual([])
  expect(rules(vote(1), vote(2))).toEqual(['hard-state-regressed'])
})

test('an append that is acked settles whether the one in doubt before it is there', () => {
  const rules = verdictOf([
    [vote(1), done],
    [append(1), threw()],
    [append(2), done],
  ])
  expect(rules(vote(1), append(1), append(2))).toEqual([])
  expect(rules(vote(1), append(1))).not.toEqual([])
})

test('a commit index that was saved without a new vote may be the one before, and no other', () => {
  const calls = [
    [vote(1), done],
    [append(1), done],
    [vote(1, 1), done],
  ] as const
  expect(verdictOf(calls)(vote(1), append(1))).toEqual([])
  expect(verdictOf(calls)(vote(1, 1), append(1))).toEqual([])
  expect(verdictOf(calls)(vote(1, 0), append(1))).toEqual(['hard-state-regressed'])
})

test("Holdfast's own snapshot is there once it is published, whatever of the log still waits", () => {
  const calls = [
    [vote(1), done],
    [append(1), done],
    [vote(1, 1), done],
    [snapshot(1), done],
  ] as const
  const rules = verdictOf(calls, true)
  expect(rules(vote(1), append(1), vote(1, 1), snapshot(1))).toEqual([])
  expect(rules(vote(1), append(1), snapshot(1))).toEqual([])
  expect(rules(vote(1), append(1), vote(1, 1))).toEqual(['acked-lost'])
})

test('a snapshot in doubt may be there or not', () => {
  const rules = verdictOf(
    [
      [vote(1), done],
      [append(1), done],
      [snapshot(1), threw()],
    ],
    true,
  )
  expect(rules(vote(1), append(1))).toEqual([])
  expect(rules(vote(1), append(1), snapshot(1))).toEqual([])
})
