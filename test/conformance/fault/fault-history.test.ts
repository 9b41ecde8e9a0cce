import { expect, test } from 'vitest'
import { FaultHistory } from '../../../src/conformance/fault/fault-history.ts'
import { logFaultModel } from '../../../src/conformance/fault/log-fault-model.ts'
import type { HistoryOperation } from '../../../src/conformance/history.ts'
import { applyToModel } from '../../../src/conformance/history-model.ts'
import { fullCapabilities } from '../../../src/conformance/kit/index.ts'
import { LogModel } from '../../../src/conformance/model.ts'
import type { Outcome, Recovered } from '../../../src/conformance/oracle.ts'

const append = (number: number): HistoryOperation => ({ kind: 'appendEntry', entry: { number, size: 8 } })
const done = (result?: number): Outcome => ({ kind: 'done', result })
const threw = (error: string, inDoubt?: boolean): Outcome => ({ kind: 'threw', error, inDoubt })

function historyOf(...calls: readonly (readonly [HistoryOperation, Outcome?])[]) {
  const history = new FaultHistory(logFaultModel())
  for (const [operation, outcome] of calls) {
    history.take({ kind: 'intent', operation })
    if (outcome !== undefined) history.take({ kind: 'ack', outcome })
  }
  return history
}

/** What comes back of a store that has done these operations. */
function recovered(...operations: readonly HistoryOperation[]): Recovered {
  const model = new LogModel<string>()
  for (const operation of operations) applyToModel(model, operation)
  const seen = { view: model.view(), audit: [] }
  return { ...seen, again: seen }
}

test('a write in doubt may be there or not', () => {
  const verdict = historyOf([append(1), done(1)], [append(2), threw('WriteFailedError', true)]).verdictNow()
  expect(verdict(recovered(append(1)))).toEqual([])
  expect(verdict(recovered(append(1), append(2)))).toEqual([])
  expect(verdict(recovered())).toContainEqual(expect.objectContaining({ rule: 'acked-lost' }))
})

test('a write that was refused, nothing in doubt, is not there', () => {
  const history = historyOf([append(1), done(1)], [append(2), threw('WriteFailedError', false)])
  expect(history.verdictNow()(recovered(append(1)))).toEqual([])
  expect(history.verdictNow()(recovered(append(1), append(2)))).not.toEqual([])
  expect(history.ending).toBe('refused')
})

test('a later answer decides what had happened', () => {
  const failed = [append(1), threw('Error')] as const
  const isThere = historyOf(failed, [append(2), done(2)]).verdictNow()
  expect(isThere(recovered(append(1), append(2)))).toEqual([])
  expect(isThere(recovered(append(2)))).not.toEqual([])
  const isNot = historyOf(failed, [append(2), done(1)]).verdictNow()
  expect(isNot(recovered(append(2)))).toEqual([])
  expect(isNot(recovered(append(1), append(2)))).not.toEqual([])
})

test('a write in doubt that later reads do not show may come back all the same, until a write after it is acked', () => {
  const read: HistoryOperation = { kind: 'getEntries', from: 0, to: 1 }
  const failed = [append(1), threw('Error')] as const
  const unseen = [read, { kind: 'done', result: [] }] as const
  const verdict = historyOf(failed, unseen).verdictNow()
  expect(verdict(recovered())).toEqual([])
  expect(verdict(recovered(append(1)))).toEqual([])
  const settled = historyOf(failed, unseen, [append(2), done(1)]).verdictNow()
  expect(settled(recovered(append(2)))).toEqual([])
  expect(settled(recovered(append(1)))).not.toEqual([])
})

test('an answer that fits neither is a finding', () => {
  const history = historyOf([append(1), threw('Error')], [append(2), done(7)])
  expect(history.findings).toEqual([{ rule: 'outcome', text: expect.stringContaining('has returned 7') }])
})

test('an append of several entries that failed may be there in part, where no more is promised', () => {
  const operation: HistoryOperation = {
    kind: 'appendEntries',
    entries: [7, 8].map((number) => ({ number, size: 8 })),
  }
  const history = new FaultHistory(logFaultModel(fullCapabilities({})))
  history.take({ kind: 'intent', operation })
  history.take({ kind: 'ack', outcome: threw('EIO') })
  const verdict = history.verdictNow()
  for (const left of [[], [append(7)], [operation]]) expect(verdict(recovered(...left))).toEqual([])
  expect(verdict(recovered(append(8)))).not.toEqual([])
})

test('after more failures than can be told apart nothing is said of what is left', () => {
  const history = new FaultHistory(logFaultModel(fullCapabilities({})))
  for (let number = 1; number < 12; number++) {
    history.take({ kind: 'intent', operation: append(number) })
    history.take({ kind: 'ack', outcome: threw('EIO') })
  }
  expect(history.verdictNow()(recovered(append(99)))).toEqual([])
})

test('a poisoned store must refuse every write until it is opened again', () => {
  const failed = [append(1), threw('WriteFailedError', true)] as const
  const refused = [append(2), threw('PoisonedError')] as const
  expect(historyOf(failed, [append(2), done(1)]).findings).toHaveLength(1)
  const reopened = historyOf(failed, refused, [{ kind: 'reopen' }, done()], [append(3), done(1)])
  expect(reopened.findings).toEqual([])
  expect(reopened.ending).toBe('poisoned')
  expect(reopened.verdictNow()(recovered(append(3)))).toEqual([])
})

test('what was deferred may be lost with a store that failed, from the newest on', () => {
  const trim = (upTo: number): HistoryOperation => ({ kind: 'trim', upTo })
  const history = historyOf(
    [append(1), done(1)],
    [append(2), done(2)],
    [trim(1), done()],
    [append(3), threw('WriteFailedError', true)],
    [{ kind: 'reopen' }, done()],
  )
  const verdict = history.verdictNow()
  expect(verdict(recovered(append(1), append(2)))).toEqual([])
  expect(verdict(recovered(append(1), append(2), trim(1)))).toEqual([])
  expect(verdict(recovered(append(1), append(2), trim(2)))).not.toEqual([])
})

test('a write in flight when the process ended may be there or not', () => {
  const verdict = historyOf([append(1), done(1)], [append(2)]).verdictNow()
  expect(verdict(recovered(append(1)))).toEqual([])
  expect(verdict(recovered(append(1), append(2)))).toEqual([])
})

test('a call that fails as the model says is no failure', () => {
  const gap: HistoryOperation = { kind: 'appendOnPrefix', from: 5, entries: [{ number: 1, size: 8 }] }
  const history = historyOf([gap, threw('LogGapError')])
  expect(history.findings).toEqual([])
  expect(history.ending).toBe('absorbed')
})
