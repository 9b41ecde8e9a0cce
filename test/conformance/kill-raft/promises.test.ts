/** What Raft storage of another make may come back as, and what it is asked for, by what it promises. */
import { describe, expect, test } from 'vitest'
import { everyRaftCall, type RaftCalls } from '../../../src/conformance/kill-raft/calls.ts'
import {
  RaftHistoryGenerator,
  type RaftHistoryOperation,
} from '../../../src/conformance/kill-raft/history.ts'
import {
  applyOperation,
  blankState,
  lastOf,
  type RaftLogState,
} from '../../../src/conformance/kill-raft/model.ts'
import { judgeRaft } from '../../../src/conformance/kill-raft/oracle.ts'
import { type Capabilities, fullCapabilities } from '../../../src/conformance/kit/capabilities.ts'
import type { Outcome } from '../../../src/conformance/oracle.ts'
import { SeededRandom } from '../../../src/conformance/random.ts'

const done: Outcome = { kind: 'done' }
const whole: Capabilities = {
  ...{ appendList: 'atomic', replaceSuffix: 'atomic', trim: 'returned', metadata: 'returned' },
  ...{ batch: true, endRemembered: true },
}

const append = (from: number, term: number, count: number): RaftHistoryOperation => ({
  kind: 'append',
  entries: Array.from({ length: count }, (_, at) => ({
    ...{ index: from + at, term, kind: 'command' },
    value: { number: from + at + 1000 * term, size: 8 },
  })),
})
const save = (currentTerm: number, votedFor?: number, commit?: number): RaftHistoryOperation => ({
  ...{ kind: 'save', state: { currentTerm, votedFor, commit } },
})
const purge = (index: number, term: number): RaftHistoryOperation => ({
  kind: 'purge',
  upTo: { index, term },
})

function logAfter(...operations: readonly RaftHistoryOperation[]): RaftLogState {
  return operations.reduce((state, operation) => applyOperation(state, operation).state, blankState).log
}

/** The rules that are broken when all but the last call were acked, and `log` came back. */
function broken(
  promised: Capabilities,
  operations: readonly RaftHistoryOperation[],
  log: RaftLogState,
  last: Outcome | undefined = undefined,
): string[] {
  const issued = operations.map((operation, at) => ({
    operation,
    outcome: at < operations.length - 1 ? done : last,
  }))
  const { index, term } = lastOf(log)
  const view = {
    ...{
      state: { log, snapshots: [] },
      firstIndex: log.boundary.index + 1,
      lastIndex: index,
      lastTerm: term,
    },
    audit: [],
  }
  const recovered = { ...view, again: view }
  return judgeRaft(blankState, issued, recovered, fullCapabilities(promised)).findings.map(({ rule }) => rule)
}

describe('judgeRaft() takes what came back of storage of another make', () => {
  const half = logAfter(append(1, 1, 2))

  test('with a part of an append in flight, unless it promises all or none', () => {
    expect(broken({ ...whole, appendList: 'prefix' }, [append(1, 1, 3)], half)).toEqual([])
    expect(broken(whole, [append(1, 1, 3)], half)).toEqual(['partial'])
  })

  test('with a conflict cut and not replaced, unless it promises one step', () => {
    const calls = [append(1, 1, 3), save(2), append(3, 2, 2)]
    const cut = logAfter(append(1, 1, 2), save(2))
    expect(broken({ ...whole, replaceSuffix: 'stepwise' }, calls, cut)).toEqual([])
    expect(broken(whole, calls, cut).length).toBeGreaterThan(0)
  })

  test('with an acked purge undone where it is durable later, and not where it is durable at once', () => {
    const calls = [append(1, 1, 3), purge(2, 1)]
    const undone = logAfter(append(1, 1, 3))
    expect(broken({ ...whole, trim: 'deferred' }, calls, undone, done)).toEqual([])
    expect(broken(whole, calls, undone, done)).toContain('cursor')
  })

  test('with a purge undone and the append after it kept, never', () => {
    const calls = [append(1, 1, 3), purge(2, 1), append(4, 1, 1)]
    expect(broken({ ...whole, trim: 'deferred' }, calls, logAfter(append(1, 1, 4)), done)).toContain('cursor')
  })

  test('with an older commit index of the same vote, and with no older vote', () => {
    const calls = [append(1, 1, 3), save(1, 1, 1), save(1, 1, 3), append(4, 1, 1)]
    expect(broken(whole, calls, logAfter(append(1, 1, 4), save(1, 1, 1)), done)).toEqual([])
    expect(broken(whole, calls, logAfter(append(1, 1, 4), save(1, 1, 2)), done)).toEqual([
      'hard-state-regressed',
    ])
    const revoted = [save(1, 1), save(2, 2)]
    expect(broken(whole, revoted, logAfter(save(1, 1)), done)).toEqual(['hard-state-regressed'])
  })

  test('with a commit index lost after a flush, never', () => {
    const calls = [append(1, 1, 3), save(1, 1), save(1, 1, 2), { kind: 'flush' } as const]
    expect(broken(whole, calls, logAfter(append(1, 1, 3), save(1, 1)), done)).toEqual([
      'hard-state-regressed',
    ])
  })

  test('with a boundary without its term, unless it promises to remember it', () => {
    const calls = [append(1, 1, 3), purge(2, 1)]
    const forgotten = { ...logAfter(...calls), boundary: { index: 2, term: 0 } }
    expect(broken({ ...whole, endRemembered: false }, calls, forgotten, done)).toEqual([])
    expect(broken(whole, calls, forgotten, done)).toContain('cursor')
  })

  test('with or without a call that threw and does not say whether it happened', () => {
    const threw = (isDefinite: boolean): Outcome => ({ kind: 'threw', error: 'EIO', isDefinite })
    const calls = [append(1, 1, 2), append(3, 1, 1)]
    for (const log of [half, logAfter(...calls)]) expect(broken(whole, calls, log, threw(false))).toEqual([])
    expect(broken(whole, calls, half, threw(true))).toEqual([])
    expect(broken(whole, calls, logAfter(...calls), threw(true))).toContain('came-back')
    expect(broken({ ...whole, typedErrors: true }, calls, half, threw(true))).toEqual(['outcome'])
  })
})

describe('a generated history of Raft storage', () => {
  const least: RaftCalls = {
    ...{ snapshots: false, installSnapshot: false, saveWith: false },
    ...{ appendConflicting: false, purge: false, emptying: false },
  }
  const kindsOf = (calls: RaftCalls): Set<string> =>
    new Set(generated(calls).map(({ operation }) => operation.kind))

  test('asks for what is promised', () => {
    const kinds = kindsOf({ ...everyRaftCall, snapshots: false })
    expect([...kinds].sort()).toEqual(
      [
        ...['append', 'appendConflicting', 'entries', 'flush', 'installSnapshot', 'purge', 'reopen'],
        ...['save', 'saveWith', 'truncate'],
      ].sort(),
    )
  })

  test('asks for nothing else', () => {
    const kinds = kindsOf(least)
    for (const kind of ['installSnapshot', 'purge', 'saveWith', 'appendConflicting', 'takeSnapshot'])
      expect(kinds).not.toContain(kind)
    expect(generated(least).every(({ replaces }) => !replaces)).toBe(true)
  })

  test('leaves no log without entries after a boundary that is not remembered', () => {
    const calls = { ...everyRaftCall, snapshots: false, emptying: false }
    const emptied = generated(calls).filter(({ log }) => log.boundary.index > 0 && log.entries.length === 0)
    expect(emptied).toEqual([])
  })
})

interface Generated {
  readonly operation: RaftHistoryOperation
  readonly log: RaftLogState
  /** Whether entries gave way to others. */
  readonly replaces: boolean
}

/** What 40 histories of 60 calls ask for, and the log after each. */
function generated(calls: RaftCalls): Generated[] {
  return Array.from({ length: 40 }, (_, seed) => historyOf(calls, seed)).flat()
}

function historyOf(calls: RaftCalls, seed: number): Generated[] {
  const generator = new RaftHistoryGenerator(new SeededRandom(seed, 'promises'), 1, calls)
  let state = blankState
  return Array.from({ length: 60 }, () => {
    const { log } = state
    const { currentTerm, votedFor, commit } = log
    const operation = generator.next({
      ...{ boundary: log.boundary, last: lastOf(log), newestSnapshot: undefined },
      hardState: currentTerm === undefined ? undefined : { currentTerm, votedFor, commit },
      termAt: (index) => log.entries.find((entry) => entry.index === index)?.term ?? log.boundary.term,
    })
    state = applyOperation(state, operation).state
    const isAppend = operation.kind === 'append' || operation.kind === 'saveWith'
    const replaces = isAppend && log.entries.some((entry) => !state.log.entries.includes(entry))
    return { operation, log: state.log, replaces }
  })
}
