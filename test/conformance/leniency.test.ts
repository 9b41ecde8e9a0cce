/** What a store that promises less may come back as, and one that promises more may not. */
import { describe, expect, test } from 'vitest'
import type { HistoryOperation } from '../../src/conformance/history.ts'
import { applyToModel, labelOfValue } from '../../src/conformance/history-model.ts'
import { type Capabilities, fullCapabilities } from '../../src/conformance/kit/capabilities.ts'
import { isDurableOnReturn } from '../../src/conformance/leniency.ts'
import { LogModel, type ModelView } from '../../src/conformance/model.ts'
import { type IssuedOperation, judge, type Outcome } from '../../src/conformance/oracle.ts'

const value = (number: number) => ({ number, size: 8 })
const append = (...numbers: readonly number[]): HistoryOperation => ({
  kind: 'appendEntries',
  entries: numbers.map(value),
})
const replace = (from: number, ...numbers: readonly number[]): HistoryOperation => ({
  kind: 'appendOnPrefix',
  from,
  entries: numbers.map(value),
})
const trim = (upTo: number): HistoryOperation => ({ kind: 'trim', upTo })
const decided = (index: number): HistoryOperation => ({ kind: 'setDecidedIdx', index })
const snapshot = (number: number): HistoryOperation => ({ kind: 'setSnapshot', snapshot: value(number) })

function modelAfter(...operations: readonly HistoryOperation[]): LogModel<string> {
  const model = new LogModel<string>()
  for (const operation of [append(1, 2, 3, 4), ...operations]) applyToModel(model, operation)
  return model
}

const inFlight = (operation: HistoryOperation): IssuedOperation => ({ operation, outcome: undefined })
const acked = (operation: HistoryOperation): IssuedOperation => ({ operation, outcome: { kind: 'done' } })
const threw = (operation: HistoryOperation, outcome: Partial<Outcome> = {}): IssuedOperation => ({
  operation,
  outcome: { kind: 'threw', error: 'Error', ...outcome } as Outcome,
})

function isLegal(
  capabilities: Capabilities | undefined,
  issued: readonly IssuedOperation[],
  view: ModelView<string>,
): boolean {
  const found = { view, audit: [], again: { view, audit: [] } }
  const full = capabilities && fullCapabilities(capabilities)
  return judge(modelAfter(), issued, found, full).findings.length === 0
}

const labels = (view: ModelView<string>): string[] => view.entries.map(([, label]) => label)

describe('an append of three entries in flight', () => {
  const issued = [inFlight(append(5, 6, 7))]

  test.each([0, 1, 2, 3])('may have left %d of them, where a prefix is all that is promised', (count) => {
    const { view } = { view: modelAfter(append(...[5, 6, 7].slice(0, count))).view() }
    expect(isLegal({ appendList: 'prefix' }, issued, view)).toBe(true)
    expect(isLegal({ appendList: 'atomic' }, issued, view)).toBe(count === 0 || count === 3)
    expect(isLegal(undefined, issued, view)).toBe(count === 0 || count === 3)
  })

  test('has left none that is not the next one', () => {
    expect(isLegal({}, issued, modelAfter(append(6)).view())).toBe(false)
  })

  test('leaves all of them once it was acked', () => {
    const done: IssuedOperation = { operation: append(5, 6, 7), outcome: { kind: 'done', result: 7 } }
    expect(isLegal({}, [done], modelAfter(append(5)).view())).toBe(false)
  })
})

describe('a replacement in flight', () => {
  const issued = [inFlight(replace(2, 8, 9))]
  const truncated = modelAfter(replace(2)).view()

  test('may have truncated and not appended, where it is stepwise', () => {
    expect(isLegal({ replaceSuffix: 'stepwise', appendList: 'atomic' }, issued, truncated)).toBe(true)
    expect(isLegal({ replaceSuffix: 'atomic' }, issued, truncated)).toBe(false)
    expect(isLegal(undefined, issued, truncated)).toBe(false)
  })

  test('may have appended a part of it, where that is no more than a prefix', () => {
    const part = modelAfter(replace(2, 8)).view()
    expect(isLegal({ replaceSuffix: 'stepwise', appendList: 'prefix' }, issued, part)).toBe(true)
    expect(isLegal({ replaceSuffix: 'stepwise', appendList: 'atomic' }, issued, part)).toBe(false)
    expect(isLegal({ replaceSuffix: 'atomic', appendList: 'prefix' }, issued, part)).toBe(false)
  })
})

describe('what was deferred', () => {
  const deferred = { trim: 'deferred', metadata: 'deferred' } as const
  const operations = [decided(1), trim(2), decided(3), snapshot(9)]
  const issued = operations.map(acked)
  const part = modelAfter(trim(2), snapshot(9)).view()

  test('may be there in any part, where no more is promised', () => {
    expect(isLegal(deferred, issued, part)).toBe(true)
    expect(isLegal({ ...deferred, lostDeferred: 'suffix' }, issued, part)).toBe(false)
    expect(isLegal(undefined, issued, part)).toBe(false)
  })

  test('may have lost the newest of two values, and not have a third', () => {
    expect(isLegal(deferred, issued, modelAfter(decided(1)).view())).toBe(true)
    expect(isLegal(deferred, issued, modelAfter(decided(2)).view())).toBe(false)
  })

  test('is there whole after a flush', () => {
    const flushed = [...issued, acked({ kind: 'flush' })]
    expect(isLegal(deferred, flushed, part)).toBe(false)
    expect(isLegal(deferred, flushed, modelAfter(...operations).view())).toBe(true)
  })

  test('is durable at once, where that is promised', () => {
    const returned = { trim: 'returned', metadata: 'returned' } as const
    expect(isLegal(returned, issued, part)).toBe(false)
    expect(isLegal(returned, issued, modelAfter().view())).toBe(false)
    expect(isLegal(returned, issued, modelAfter(...operations).view())).toBe(true)
    expect(isDurableOnReturn(trim(1), fullCapabilities(returned))).toBe(true)
    expect(isDurableOnReturn(trim(1), fullCapabilities(deferred))).toBe(false)
  })
})

describe('a call that threw', () => {
  const without = modelAfter().view()
  const withIt = modelAfter(append(5)).view()

  test('may have happened or not, where the store does not say', () => {
    expect(isLegal({}, [threw(append(5), { isDefinite: false })], withIt)).toBe(true)
    expect(isLegal({}, [threw(append(5), { isDefinite: false })], without)).toBe(true)
    expect(labels(withIt)).toContain(labelOfValue(value(5)))
  })

  test('did not happen, where the store says so', () => {
    expect(isLegal({}, [threw(append(5), { isDefinite: true })], withIt)).toBe(false)
    expect(isLegal({}, [threw(append(5), { isDefinite: true })], without)).toBe(true)
  })

  test('leaves what came after it to count', () => {
    const issued = [
      threw(append(5), { isDefinite: true }),
      { operation: append(6), outcome: { kind: 'done', result: 5 } } as const,
    ]
    expect(isLegal({}, issued, modelAfter(append(6)).view())).toBe(true)
    expect(isLegal({}, issued, without)).toBe(false)
  })

  test('should not have thrown, where errors have types', () => {
    expect(isLegal({ typedErrors: true }, [threw(append(5))], without)).toBe(false)
    expect(isLegal(undefined, [threw(append(5))], without)).toBe(false)
  })

  test('is told of an adapter that hangs or dies', () => {
    expect(isLegal({}, [threw(append(5), { error: 'AdapterError' })], without)).toBe(false)
  })
})

describe('a call that has to be refused', () => {
  const gap = replace(9, 5)
  const without = modelAfter().view()

  test('may be refused in any words, where errors have no types', () => {
    expect(isLegal({ replaceSuffix: 'atomic' }, [threw(gap)], without)).toBe(true)
    expect(isLegal({ replaceSuffix: 'atomic', typedErrors: true }, [threw(gap)], without)).toBe(false)
    expect(isLegal(undefined, [threw(gap, { error: 'LogGapError' })], without)).toBe(true)
  })

  test('may not be done', () => {
    expect(isLegal({ replaceSuffix: 'atomic' }, [acked(gap)], without)).toBe(false)
  })
})
