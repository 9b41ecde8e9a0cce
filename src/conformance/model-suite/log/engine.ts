/** Histories of Paxos storage on a log. */
import type { LogAdapter } from '../../adapter.ts'
import type { ContractParts } from '../../contract/index.ts'
import { labelsIn } from '../../history-model.ts'
import { describeOperation } from '../../kill/explain.ts'
import type { ModelEngine } from '../engine.ts'
import { pickSteps } from '../scenario.ts'
import { runModelTrial } from '../trial.ts'
import { createHistory, type ModelStep } from './history.ts'
import { logParts } from './parts.ts'
import { createLogSubject } from './subject.ts'

/** `parts`: in place of the adapter's own, and of Holdfast's. */
export function createLogEngine(
  adapter: LogAdapter,
  parts: ContractParts | undefined,
): ModelEngine<ModelStep> {
  const subject = createLogSubject(adapter, parts)
  return {
    createHistory: (which) => createHistory(which, adapter.capabilities),
    run: (steps, home) => runModelTrial(subject, steps, home),
    pick: (history, kept) => pickSteps(history, kept, logParts),
    partsOf: logParts.partsOf,
    withSmallValues: logParts.withSmallValues,
    // Every history is one: a trial leaves out what is not promised where it comes.
    isSound: () => true,
    tellerOf: () => ({
      describe: (step) => (step.kind === 'crash' ? 'crash' : describeOperation(step)),
      isRead: ({ kind }) => kind === 'getEntries',
      labelsIn: (step) => (step.kind === 'crash' ? [] : labelsIn(step)),
    }),
  }
}
