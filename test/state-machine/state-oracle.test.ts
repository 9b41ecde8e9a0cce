import { expect, test } from 'vitest'
import type { Outcome } from '../../src/conformance/oracle.ts'
import type { StateOperation } from '../../src/conformance/state-machine/kill/history.ts'
import { RunLog } from '../../src/conformance/state-machine/kill/log.ts'
import { judgeState, type RecoveredState } from '../../src/conformance/state-machine/kill/oracle.ts'

const log = new RunLog(1)
const apply: StateOperation = { kind: 'apply', from: 11, through: 14 }
const issued = [{ operation: apply, outcome: undefined }]

/** What comes back at `index`, with a snapshot of another one. */
function at(index: number, snapshot?: number): RecoveredState {
  const viewAt = (applied: number) => log.modelAt(applied).view()
  const snapshots = snapshot === undefined ? [] : [{ index: snapshot, view: viewAt(snapshot) }]
  return { view: viewAt(index), digest: 'd', again: 'd', snapshots }
}

function rules(recovered: RecoveredState, handedIn = 10): string[] {
  return judgeState(log, { applied: 10, handedIn }, issued, recovered).findings.map(({ rule }) => rule)
}

test('a chunk in flight is there whole or not at all', () => {
  expect(rules(at(10))).toEqual([])
  expect(rules(at(14))).toEqual([])
  expect(rules(at(12))).toEqual(['partial'])
})

test('what was durable before the process lived is there', () => {
  expect(rules(at(9))).toEqual(['acked-lost'])
})

test('a snapshot may be of what was handed in, by any process that was killed', () => {
  expect(rules(at(10, 14))).toEqual([])
  expect(rules(at(10, 30), 30)).toEqual([])
  expect(rules(at(10, 30), 29)).toEqual(['never-issued'])
})

test('a snapshot holds the state of its index', () => {
  const recovered = at(10, 14)
  const view = log.modelAt(13).view()
  expect(rules({ ...recovered, snapshots: [{ index: 14, view: { ...view, index: 14 } }] })).toEqual([
    'partial',
  ])
})

test('a reset in flight leaves the old state or nothing, and one that was acked leaves nothing', () => {
  const reset: StateOperation = { kind: 'reset' }
  const start = { applied: 10, handedIn: 10 }
  const rulesAfter = (outcome: Outcome | undefined, recovered: RecoveredState) =>
    judgeState(log, start, [{ operation: reset, outcome }], recovered).findings.map(({ rule }) => rule)
  expect(rulesAfter(undefined, at(10, 10))).toEqual([])
  expect(rulesAfter(undefined, at(0))).toEqual([])
  expect(rulesAfter(undefined, at(4))).toEqual(['acked-lost'])
  const acked: Outcome = { kind: 'done', result: ['durable 0'] }
  expect(rulesAfter(acked, at(0))).toEqual([])
  expect(rulesAfter(acked, at(10))).toEqual(['never-issued'])
  expect(rulesAfter(acked, at(0, 10))).toEqual(['never-issued'])
})

test('what was read after a loss of power may not be lost any more', () => {
  const recoveredAt = {
    operation: { kind: 'recovered', index: 14 },
    outcome: { kind: 'done', result: ['durable 14'] },
  }
  const calls = [...issued, recoveredAt] as Parameters<typeof judgeState>[2]
  const rulesOf = (recovered: RecoveredState) =>
    judgeState(log, { applied: 10, handedIn: 10 }, calls, recovered).findings.map(({ rule }) => rule)
  expect(rulesOf(at(14))).toEqual([])
  expect(rulesOf(at(10))).toEqual(['acked-lost'])
})
