/** A state machine, as that from which the power is taken. */
import type { Issued, Subject } from '../../power-loss/subject.ts'
import { findingsOf } from '../../power-loss/verdict.ts'
import type { StateMachineAdapter } from '../adapter.ts'
import type { StateChildOrders } from '../kill/child.ts'
import { RunLog } from '../kill/log.ts'
import { type JudgedOperation, judgeState, type RecoveredState } from '../kill/oracle.ts'
import { describeState, describeStateHistory, storyOf } from '../kill/story.ts'
import type { StateRecoveringOrders } from './recovering.ts'

const nothing = { applied: 0, handedIn: 0 }

/** `adapterUrl` is where its processes load it from; `seed` decides the log. */
export function stateSubject(
  adapterUrl: string,
  { name, volatileFiles = [] }: StateMachineAdapter,
  seed: number,
): Subject {
  const log = new RunLog(seed)
  return {
    kind: 'state-machine',
    name,
    volatileFiles,
    workload: new URL('../kill/child.js', import.meta.url),
    checker: new URL('./checker.js', import.meta.url),
    recovering: new URL('./recovering.js', import.meta.url),
    ordersOf: ({ number, operations, directory, aside }): StateChildOrders => ({
      ...{ adapterUrl, directory, seed },
      leaderDirectory: aside,
      history: `power-loss ${number}`,
      stopAfterAcks: operations,
    }),
    recoveringOrdersOf: ({ directory }, applied): StateRecoveringOrders => {
      return { adapterUrl, directory, seed, applied }
    },
    judge: (issued, checked) =>
      findingsOf(
        checked,
        (recovered) => judgeState(log, nothing, ofStates(issued), recovered as RecoveredState).findings,
      ),
    positionOf: (_, checked) =>
      checked.kind === 'opened' ? (checked.recovered as RecoveredState).view.index : undefined,
    recovered: (issued, index) => {
      const operation: JudgedOperation = { kind: 'recovered', index }
      return [...issued, { operation, outcome: { kind: 'done', result: [`durable ${index}`] } }]
    },
    // Whether it is there already, the oracle is told with each ack; it is a commit all the same.
    isCommit: (operation) => ['apply', 'install', 'reset'].includes((operation as JudgedOperation).kind),
    describeHistory: (issued) => describeStateHistory(log, ofStates(issued)),
    storyOf: ({ issued, recovered, ...rest }) =>
      storyOf({
        ...{ log, applied: 0, issued: ofStates(issued), ...rest },
        recovered: recovered as RecoveredState | undefined,
      }),
    describe: (recovered) => describeState(recovered as RecoveredState),
  }
}

/** They are those of its own workload. */
function ofStates(issued: Issued): Parameters<typeof judgeState>[2] {
  return issued as Parameters<typeof judgeState>[2]
}
