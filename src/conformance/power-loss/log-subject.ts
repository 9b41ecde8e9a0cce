/** A log, as that from which the power is taken. */
import type { LogAdapter } from '../adapter.ts'
import type { HistoryOperation } from '../history.ts'
import { applyToModel, isCommit } from '../history-model.ts'
import { describeView } from '../kill/explain.ts'
import type { ChildOrders } from '../kill/protocol.ts'
import { describeHistory, storyOf } from '../kill/story.ts'
import { LogModel, ModelRefusal } from '../model.ts'
import { type IssuedOperation, isSameView, judge, type Recovered } from '../oracle.ts'
import type { RecoveringOrders } from './check/protocol.ts'
import type { Issued, Subject } from './subject.ts'
import { findingsOf } from './verdict.ts'

/** Numbers of values and rounds that one workload may use up. */
const numbersPerWorkload = 1_000_000
/** Of what is written after the recovery: no workload has as many. */
const recoveryValue = 3_000_000_000

const settled: IssuedOperation = { operation: { kind: 'flush' }, outcome: { kind: 'done' } }

/** `adapterUrl` is where its processes load it from. */
export function logSubject(
  adapterUrl: string,
  { name, volatileFiles = [], capabilities }: LogAdapter,
): Subject {
  return {
    kind: 'log',
    name,
    volatileFiles,
    workload: new URL('../kill/child.js', import.meta.url),
    checker: new URL('./check/checker.js', import.meta.url),
    recovering: new URL('./check/recovering.js', import.meta.url),
    ordersOf: ({ number, seed, operations, directory }): ChildOrders => ({
      ...{ adapterUrl, directory, seed },
      history: `power-loss ${number}`,
      firstValue: number * numbersPerWorkload,
      firstRound: number * numbersPerWorkload,
      stopAfterAcks: operations,
    }),
    recoveringOrdersOf: ({ directory }, kept): RecoveringOrders => {
      return { adapterUrl, directory, kept, value: recoveryValue }
    },
    judge: (issued, checked) =>
      findingsOf(
        checked,
        (recovered) => judge(new LogModel(), ofLog(issued), recovered as Recovered, capabilities).findings,
      ),
    positionOf: (issued, checked) => {
      if (checked.kind !== 'opened') return undefined
      return keptOf(ofLog(issued), checked.recovered as Recovered)
    },
    recovered: (issued, kept) => [...issued.slice(0, kept), settled],
    isCommit: (operation) => isCommit(operation as HistoryOperation),
    describeHistory: (issued) => describeHistory(ofLog(issued), capabilities),
    storyOf: ({ issued, recovered, ...ended }) => {
      const view = recovered === undefined ? undefined : (recovered as Recovered).view
      return storyOf({ ...ended, issued: ofLog(issued), view, capabilities })
    },
    describe: (recovered) => describeView((recovered as Recovered).view),
  }
}

/** They are those of its own workload. */
function ofLog(issued: Issued): readonly IssuedOperation[] {
  return issued as readonly IssuedOperation[]
}

/** After how many of the operations the store is as it came back. */
function keptOf(issued: readonly IssuedOperation[], recovered: Recovered): number | undefined {
  const model = new LogModel<string>()
  let kept = isSameView(model.view(), recovered.view) ? 0 : undefined
  for (const [position, { operation }] of issued.entries()) {
    try {
      applyToModel(model, operation)
    } catch (error) {
      if (!(error instanceof ModelRefusal)) throw error
    }
    if (isSameView(model.view(), recovered.view)) kept = position + 1
  }
  return kept
}
