/** A log, as the oracle of calls that failed has to know it. */
import { differences } from '../differences.ts'
import type { HistoryOperation } from '../history.ts'
import { labelsIn } from '../history-model.ts'
import type { FullCapabilities } from '../kit/capabilities.ts'
import { isDurableOnReturn, partialStates } from '../leniency.ts'
import { LogModel } from '../model.ts'
import { expectedOutcome, isSameView, judge, type Recovered } from '../oracle.ts'
import type { FaultModel } from './fault-model.ts'

/** `capabilities` are those of a log that promises less than everything. */
export function logFaultModel(
  capabilities?: FullCapabilities,
): FaultModel<LogModel<string>, HistoryOperation, Recovered> {
  return {
    blank: new LogModel(),
    isTyped: capabilities?.typedErrors !== false,
    apply: (state, operation) => {
      const next = state.clone()
      const isDurable = isDurableOnReturn(operation, capabilities)
      const outcome = expectedOutcome(next, operation, isDurable)
      return { state: outcome.kind === 'threw' ? state : next, outcome, isDurable }
    },
    halfway: (state, operation) => partialStates(state, operation, capabilities),
    // What failed was closed: from here on it is what the medium holds.
    reopened: (legal) =>
      legal.map((one) => {
        const survivor = one.clone()
        survivor.flush()
        return survivor
      }),
    isRead: ({ kind }) => kind === 'getEntries',
    textOf: (state) => JSON.stringify(state.view()),
    labelsIn,
    labelsOf: (state) => {
      const { entries, meta } = state.view()
      return [...entries, ...meta].map(([, value]) => value)
    },
    judge: (legal, recovered, known) => {
      const survivor = legal.find((model) => isSameView(model.view(), recovered.view))
      if (survivor !== undefined) return judge(survivor, [], recovered, capabilities).findings
      return differences(
        legal.map((model) => model.view()),
        recovered.view,
        known,
      )
    },
  }
}
