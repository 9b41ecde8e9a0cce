import { describe, expect, test } from 'vitest'
import type { RaftHistoryOperation } from '../../src/conformance/kill-raft/history.ts'
import { applyOperation, blankState, type RaftState } from '../../src/conformance/kill-raft/model.ts'
import { judgeRaft, type RaftRecovered } from '../../src/conformance/kill-raft/oracle.ts'
import type { Outcome } from '../../src/conformance/oracle.ts'

const done: Outcome = { kind: 'done' }
const value = (number: number) => ({ number, size: 8 })

const append = (from: number, term: number, count = 1): RaftHistoryOperation => ({
  kind: 'append',
  entries: Array.from({ length: count }, (_, at) => ({
    index: from + at,
    term,
    kind: 'command',
    value: value(from + at + 1000 * term),
  })),
})
const save = (currentTerm: number, votedFor?: number, commit?: number): RaftHistoryOperation => ({
  kind: 'save',
  state: { currentTerm, votedFor, commit },
})
const purge = (index: number, term: number): RaftHistoryOperation => ({
  kind: 'purge',
  upTo: { index, term },
})
const take = (index: number, term: number): RaftHistoryOperation => ({
  kind: 'takeSnapshot',
  at: { index, term },
  value: value(index + 500),
})

function stateAfter(...operations: readonly RaftHistoryOperation[]): RaftState {
  return operations.reduce((state, operation) => applyOperation(state, operation).state, blankState)
}

/** What storage that is in `state` shows. */
function showing(state: RaftState, changes: Partial<RaftRecovered> = {}): RaftRecovered {
  const { boundary, entries } = state.log
  const last = entries.at(-1) ?? boundary
  const view = {
    state,
    firstIndex: boundary.index + 1,
    lastIndex: last.index,
    lastTerm: last.term,
    audit: [],
  }
  return { ...view, again: view, ...changes }
}

/** The rules that are broken when `acked` returned, `inFlight` did not, and `recovered` came back. */
function broken(
  acked: readonly RaftHistoryOperation[],
  recovered: RaftState | RaftRecovered,
  inFlight?: RaftHistoryOperation,
): string[] {
  const issued = [
    ...acked.map((operation) => ({ operation, outcome: done as Outcome | undefined })),
    ...(inFlight === undefined ? [] : [{ operation: inFlight, outcome: undefined }]),
  ]
  const shown = 'again' in recovered ? recovered : showing(recovered)
  const { findings, survivor } = judgeRaft(blankState, issued, shown)
  if (findings.length === 0) expect(survivor).toEqual(shown.state)
  return findings.map(({ rule }) => rule)
}

describe('judgeRaft() accepts', () => {
  test('what was acked', () => {
    const history = [save(1, 1), append(1, 1, 3), take(2, 1), purge(2, 1), save(1, 1, 3)]
    expect(broken(history, stateAfter(...history))).toEqual([])
  })

  test('any prefix of what was deferred', () => {
    const acked = [save(1, 1), append(1, 1, 3)]
    const deferred = [purge(1, 1), save(1, 1, 2), purge(2, 1)]
    for (let kept = 0; kept <= deferred.length; kept++) {
      expect(broken([...acked, ...deferred], stateAfter(...acked, ...deferred.slice(0, kept)))).toEqual([])
    }
  })

  test('an operation in flight, there or not', () => {
    const acked = [save(1, 1), append(1, 1, 3)]
    for (const inFlight of [append(4, 1), save(2, 2), take(3, 1), purge(1, 1)]) {
      expect(broken(acked, stateAfter(...acked), inFlight)).toEqual([])
      expect(broken(acked, stateAfter(...acked, inFlight), inFlight)).toEqual([])
    }
  })
})

describe('judgeRaft() finds', () => {
  const acked = [save(1, 1), append(1, 1, 3), take(2, 1)]

  test('an acked entry that is lost', () => {
    expect(broken(acked, stateAfter(save(1, 1), append(1, 1, 2), take(2, 1)))).toEqual(['acked-lost'])
  })

  test('an acked vote that is lost, or that is another one', () => {
    expect(broken(acked, stateAfter(append(1, 1, 3), take(2, 1)))).toEqual(['hard-state-regressed'])
    expect(broken(acked, stateAfter(save(1, 2), append(1, 1, 3), take(2, 1)))).toEqual([
      'hard-state-regressed',
    ])
  })

  test('a deferred purge of which a later part survived alone', () => {
    const deferred = [save(1, 1, 1), purge(2, 1)]
    const state = stateAfter(...acked, purge(2, 1))
    expect(broken([...acked, ...deferred], state)).toEqual(['partial'])
  })

  test('a deferred operation that is lost although a commit followed it', () => {
    expect(broken([...acked, purge(2, 1), append(4, 1)], stateAfter(...acked, append(4, 1)))).toContain(
      'cursor',
    )
  })

  test('entries that were replaced and came back', () => {
    const history = [save(2, 1), append(1, 1, 3), append(2, 2)]
    const found = broken(history, stateAfter(save(2, 1), append(1, 1, 3)))
    expect(found).toContain('came-back')
  })

  test('half of what was saved together', () => {
    const together: RaftHistoryOperation = {
      kind: 'saveWith',
      state: { currentTerm: 2, votedFor: undefined },
      entries: [{ index: 4, term: 2, kind: 'command', value: value(4) }],
    }
    expect(broken(acked, stateAfter(...acked, append(4, 2)), together)).not.toEqual([])
    expect(broken(acked, stateAfter(...acked, save(2)), together)).not.toEqual([])
    expect(broken(acked, stateAfter(...acked, together), together)).toEqual([])
  })

  test('a boundary of another term', () => {
    const history = [...acked, purge(2, 1), append(4, 1)]
    const state = stateAfter(...history)
    const wrong = { ...state, log: { ...state.log, boundary: { index: 2, term: 9 } } }
    expect(broken(history, wrong)).toEqual(['cursor'])
  })

  test('a snapshot that is lost, damaged, or was never published', () => {
    const state = stateAfter(...acked)
    expect(broken(acked, { ...state, snapshots: [] })).toEqual(['acked-lost'])
    const damaged = state.snapshots.map((snapshot) => ({ ...snapshot, label: 'no value' }))
    expect(broken(acked, { ...state, snapshots: damaged })).toEqual(['acked-lost', 'never-issued'])
    expect(broken(acked, stateAfter(...acked, take(3, 1)))).toEqual(['never-issued'])
  })

  test('ends that the entries do not have', () => {
    expect(broken(acked, showing(stateAfter(...acked), { lastIndex: 0 }))).toEqual(['cursor'])
    expect(broken(acked, showing(stateAfter(...acked), { lastTerm: 9 }))).toEqual(['cursor'])
    expect(broken(acked, showing(stateAfter(...acked), { firstIndex: 2 }))).toEqual(['cursor'])
  })

  test('what the audit finds, and what opening again changes', () => {
    const state = stateAfter(...acked)
    expect(broken(acked, showing(state, { audit: ['beyondTail 9'] }))).toEqual(['audit'])
    const again = showing(stateAfter(...acked, purge(1, 1)))
    expect(broken(acked, showing(state, { again }))).toEqual(['reopen'])
  })

  test('a call that did not end as it should', () => {
    const issued = [{ operation: append(5, 1), outcome: done }]
    const [finding] = judgeRaft(blankState, issued, undefined).findings
    expect(finding?.rule).toBe('outcome')
    expect(finding?.text).toContain('should have thrown LogGapError')
  })
})
