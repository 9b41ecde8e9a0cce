import { expect, test } from 'vitest'
import type { FindingRule } from '../../src/conformance/finding.ts'
import type { HistoryOperation, ValueOp } from '../../src/conformance/history.ts'
import { applyToModel, labelOfBallot, labelOfValue } from '../../src/conformance/history-model.ts'
import { LogModel, type ModelView } from '../../src/conformance/model.ts'
import { type IssuedOperation, judge, type Outcome, type Verdict } from '../../src/conformance/oracle.ts'

const value = (number: number) => ({ number, size: 8 })
const ballot = (n: number) => ({ configId: 1, n, priority: 0, pid: 1 })
const append = (number: number): HistoryOperation => ({ kind: 'appendEntry', entry: value(number) })
const promise = (n: number): HistoryOperation => ({ kind: 'setPromise', ballot: ballot(n) })
const decided = (index: number): HistoryOperation => ({ kind: 'setDecidedIdx', index })
const trim = (upTo: number): HistoryOperation => ({ kind: 'trim', upTo })
const flush: HistoryOperation = { kind: 'flush' }

/** A log of four entries, with a promise, all of it durable. */
const before: readonly HistoryOperation[] = [append(1), append(2), append(3), append(4), promise(5)]

function modelAfter(operations: readonly HistoryOperation[]): LogModel<string> {
  const model = new LogModel<string>()
  for (const operation of operations) applyToModel(model, operation)
  return model
}

/** Calls as they end on a store that keeps its contract; the last one is in flight where `inFlight` is given. */
function calls(acked: readonly HistoryOperation[], inFlight?: HistoryOperation): IssuedOperation[] {
  const model = modelAfter(before)
  const issued = acked.map((operation): IssuedOperation => {
    applyToModel(model, operation)
    return { operation, outcome: { kind: 'done', result: resultOf(model, operation) } }
  })
  return inFlight === undefined ? issued : [...issued, { operation: inFlight, outcome: undefined }]
}

function resultOf(model: LogModel<string>, operation: HistoryOperation): number | undefined {
  const { nextIndex, compactedIndex } = model.view()
  return operation.kind.startsWith('append') ? nextIndex - compactedIndex : undefined
}

function verdict(
  issued: readonly IssuedOperation[],
  found: ModelView<string>,
  audit: string[] = [],
): Verdict {
  return judge(modelAfter(before), issued, { view: found, audit, again: { view: found, audit } })
}

/** What came back is what `operations` lead to, with some parts of it changed. */
function found(
  operations: readonly HistoryOperation[],
  change: Partial<ModelView<string>> = {},
): ModelView<string> {
  return { ...modelAfter([...before, ...operations]).view(), ...change }
}

function rules({ findings }: Verdict): FindingRule[] {
  return findings.map(({ rule }) => rule)
}

test('what was acked, and nothing else, is legal', () => {
  const issued = calls([append(6), promise(7)])
  expect(verdict(issued, found([append(6), promise(7)])).findings).toEqual([])
})

test('a store that was never written to is legal when it is empty', () => {
  const empty = new LogModel<string>()
  const recovered = { view: empty.view(), audit: [] }
  expect(judge(empty, [], { ...recovered, again: recovered }).findings).toEqual([])
})

test('an operation in flight may be there, whole, or not at all', () => {
  const issued = calls([append(6)], append(7))
  expect(verdict(issued, found([append(6)])).findings).toEqual([])
  expect(verdict(issued, found([append(6), append(7)])).findings).toEqual([])
})

test('what was deferred may be lost from any point on, and not before the last commit', () => {
  const issued = calls([decided(1), append(6), decided(2), decided(3)], decided(4))
  for (const last of [1, 2, 3, 4]) {
    const survived = [1, 2, 3, 4].slice(0, last).map(decided)
    expect(verdict(issued, found([append(6), ...survived])).findings).toEqual([])
  }
  expect(rules(verdict(issued, found([append(6)])))).toEqual(['acked-lost'])
})

test('the survivor is what came back, all of it durable', () => {
  const issued = calls([append(6), decided(2), decided(3)])
  const { survivor } = verdict(issued, found([append(6), decided(2)]))
  survivor?.crash()
  expect(survivor?.view()).toEqual(found([append(6), decided(2)]))
})

test('an acked entry that is gone is named', () => {
  const { findings } = verdict(calls([append(6)]), found([]))
  expect(findings).toEqual([
    { rule: 'acked-lost', text: 'Acked entry 4 (value 6 of 8 bytes) is gone: nothing is there' },
    { rule: 'cursor', text: "The cursor's nextIndex is 4, and should be 5" },
  ])
})

test('an acked flush makes durable what was deferred before it', () => {
  expect(rules(verdict(calls([decided(3), flush]), found([])))).toEqual(['acked-lost'])
})

test('an acked reopening makes durable what was deferred before it', () => {
  expect(rules(verdict(calls([decided(3), { kind: 'reopen' }]), found([])))).toEqual(['acked-lost'])
})

test('an entry of another value is a loss', () => {
  const entries = found([]).entries.map(
    ([index, label]) => [index, index === 2 ? 'other bytes' : label] as const,
  )
  const { findings } = verdict(calls([promise(6)]), found([promise(6)], { entries }))
  expect(findings).toEqual([
    { rule: 'acked-lost', text: 'Acked entry 2 (value 3 of 8 bytes) is gone: other bytes is there instead' },
  ])
})

test('a promise that went back is named', () => {
  const { findings } = verdict(calls([promise(9)]), found([]))
  expect(findings).toEqual([
    { rule: 'hard-state-regressed', text: 'The promise went back from 1.9.0.1 to 1.5.0.1' },
  ])
})

test('a promise that is gone went back', () => {
  expect(rules(verdict(calls([promise(9)]), found([], { meta: [] })))).toEqual(['hard-state-regressed'])
})

test('a promise that nobody made was never issued', () => {
  const meta = [['promise', labelOfBallot(ballot(77))]] as const
  expect(rules(verdict(calls([promise(9)]), found([], { meta })))).toEqual(['never-issued'])
})

test('an accepted round that went back is a regression', () => {
  const accepted: HistoryOperation = { kind: 'setAcceptedRound', ballot: ballot(6) }
  expect(rules(verdict(calls([accepted]), found([])))).toEqual(['hard-state-regressed'])
})

test('an acked stop sign that is gone is a loss', () => {
  const stop: HistoryOperation = {
    kind: 'setStopsign',
    stopsign: { nextConfig: { configurationId: 2, nodes: [1, 2, 3] } },
  }
  expect(rules(verdict(calls([stop]), found([])))).toEqual(['acked-lost'])
})

test('an entry that was never issued is told apart from one that came back', () => {
  const replace: HistoryOperation = { kind: 'appendOnPrefix', from: 2, entries: [] }
  const entries = found([]).entries
  const back = verdict(calls([replace]), found([replace], { entries: entries.slice(0, 3), nextIndex: 3 }))
  expect(rules(back)).toEqual(['came-back', 'cursor'])
  const strange = [...entries.slice(0, 2), [2, 'something'] as const]
  expect(rules(verdict(calls([replace]), found([replace], { entries: strange, nextIndex: 3 })))).toEqual([
    'never-issued',
    'cursor',
  ])
})

test('a counter that went back is found in a log that holds no entries', () => {
  const issued = calls([trim(4), flush])
  const reset = found([trim(4)], { firstIndex: 0, nextIndex: 0 })
  expect(verdict(issued, reset).findings).toEqual([
    { rule: 'cursor', text: "The cursor's firstIndex is 0, and should be 4" },
    { rule: 'cursor', text: "The cursor's nextIndex is 0, and should be 4" },
  ])
})

test('a batch that is there in part is found, whichever part', () => {
  const batch: HistoryOperation = {
    kind: 'writeAtomically',
    ops: [
      { kind: 'setPromise', ballot: ballot(8) },
      { kind: 'appendEntry', entry: value(9) },
    ],
  }
  const issued = calls([], batch)
  expect(rules(verdict(issued, found([promise(8)])))).toEqual(['partial'])
  expect(rules(verdict(issued, found([append(9)])))).toEqual(['partial'])
})

test('an entry that the same batch removes again is a part of it', () => {
  const ops = [append(8), { kind: 'appendOnPrefix', from: 4, entries: [value(9)] }] as readonly ValueOp[]
  const issued = calls([], {
    kind: 'writeAtomically',
    ops: [...ops, { kind: 'appendOnPrefix', from: 4, entries: [] }],
  })
  expect(rules(verdict(issued, found([append(8)])))).toContain('partial')
})

test('a deferred operation without the one before it is found', () => {
  const issued = calls([decided(3), trim(2)])
  const { findings } = verdict(issued, found([trim(2)]))
  expect(findings.map(({ rule }) => rule)).toEqual(['partial'])
  expect(findings[0]?.text).toContain('decided index')
})

test('a suffix that was removed, and not written anew, is found', () => {
  const replace: HistoryOperation = { kind: 'appendOnPrefix', from: 2, entries: [value(8), value(9)] }
  const removed: HistoryOperation = { kind: 'appendOnPrefix', from: 2, entries: [] }
  expect(rules(verdict(calls([], replace), found([removed])))).toContain('acked-lost')
})

test.each<[string, HistoryOperation, Outcome]>([
  [
    'a refusal that did not come',
    { kind: 'appendOnPrefix', from: 9, entries: [value(6)] },
    { kind: 'done', result: 4 },
  ],
  ['a refusal that should not have come', append(6), { kind: 'threw', error: 'LogGapError' }],
  ['a wrong length', append(6), { kind: 'done', result: 4 }],
  ['a failure', append(6), { kind: 'threw', error: 'WriteFailedError', message: 'no' }],
  [
    'a read of other values',
    { kind: 'getEntries', from: 0, to: 1 },
    { kind: 'done', result: ['value 2 of 8 bytes'] },
  ],
])('an outcome that is not the model’s is found: %s', (_, operation, outcome) => {
  expect(rules(verdict([{ operation, outcome }], found([])))).toEqual(['outcome'])
})

test('a refusal that must come changes nothing', () => {
  const gap: HistoryOperation = { kind: 'appendOnPrefix', from: 9, entries: [value(6)] }
  const issued: IssuedOperation[] = [{ operation: gap, outcome: { kind: 'threw', error: 'LogGapError' } }]
  expect(verdict(issued, found([])).findings).toEqual([])
  expect(rules(verdict(issued, found([append(6)])))).toContain('never-issued')
})

test('how the calls ended is judged also when nothing could be read', () => {
  const issued: IssuedOperation[] = [{ operation: append(6), outcome: { kind: 'done', result: 4 } }]
  expect(rules(judge(modelAfter(before), issued, undefined))).toEqual(['outcome'])
})

test('what an audit found is passed on, once', () => {
  expect(verdict([], found([]), ['an entry beyond the tail']).findings).toEqual([
    { rule: 'audit', text: 'The audit finds what the view does not show: an entry beyond the tail' },
  ])
})

test('a second opening that changes something is found', () => {
  const issued = calls([append(6)], append(7))
  const again = { view: found([append(6)]), audit: [] }
  const { findings } = judge(modelAfter(before), issued, {
    view: found([append(6), append(7)]),
    audit: [],
    again,
  })
  expect(findings.map(({ rule }) => rule)).toEqual(['reopen'])
})

test('many findings of one kind are cut short', () => {
  const many = calls(Array.from({ length: 20 }, (_, at) => append(10 + at)))
  const { findings } = verdict(many, found([]))
  expect(findings).toHaveLength(7)
  expect(findings[5]?.text).toBe('And 15 more like it')
})

test('a value is labelled by its number and size', () => {
  expect(labelOfValue({ number: 3, size: 10 })).toBe('value 3 of 10 bytes')
  expect(labelOfValue({ number: 3, size: 0 })).toBe('value of 0 bytes')
})
