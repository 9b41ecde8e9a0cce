/** Histories of a state machine: what the kill suite of state machines calls, in this process, and chunks that have to be refused. */

import type { CaseResult } from '../../report/case-result.ts'
import type { StateMachineAdapter } from '../../state-machine/adapter.ts'
import { describeStateOperation } from '../../state-machine/kill/explain.ts'
import type { ModelEngine } from '../engine.ts'
import { runModelTrial } from '../trial.ts'
import { createStateHistory, entriesOf, pickStateSteps, type StateStep } from './history.ts'
import { HistoryLog } from './history-log.ts'
import { labelsInStep } from './labels.ts'
import { stateParts } from './parts.ts'
import { chunkDefects } from './refused-chunks.ts'
import { StateSubject } from './subject.ts'

/** The version of the suites that brought these histories. */
const since = '1.2.0'

export function createStateEngine(adapter: StateMachineAdapter): ModelEngine<StateStep> {
  return {
    since,
    leftOut: leftOutOf(adapter),
    createHistory: (which) => createStateHistory(which, adapter),
    run: (steps, home) => runModelTrial(new StateSubject(adapter, steps), steps, home),
    pick: pickStateSteps,
    partsOf: stateParts.partsOf,
    withSmallValues: stateParts.withSmallValues,
    // What is left out of a log is made up for: every history is one.
    isSound: () => true,
    tellerOf: (steps) => {
      const log = new HistoryLog(entriesOf(steps))
      return {
        describe: (step) => describe(step, log),
        isRead: () => false,
        labelsIn: (step) => labelsInStep(step, log),
      }
    },
  }
}

function describe(step: StateStep, log: HistoryLog): string {
  if (step.kind === 'crash') return 'crash'
  if (step.kind !== 'refuse') return describeStateOperation(step, log)
  return `applyChunk(one which has ${chunkDefects[step.defect].text})`
}

/** What no history has, because it is not promised. */
function leftOutOf({ name, hasNative, isAlwaysDurable }: StateMachineAdapter): CaseResult[] {
  const notPromised = [
    ...(hasNative ? [] : [['native', 'snapshots of kind native', 'no history has one'] as const]),
    ...(isAlwaysDurable
      ? []
      : [
          [
            'alwaysDurable',
            'chunks that are durable when they are applied',
            'a crash may take what was not flushed',
          ] as const,
        ]),
  ]
  return notPromised.map(([missing, what, why]) => ({
    id: `MODEL-WITHOUT-${missing.toUpperCase()}`,
    name: `generated histories that rely on ${what}`,
    outcome: 'skipped',
    reason: `${name} does not promise ${what}: ${why}`,
    missing: [missing],
    since,
    durationMs: 0,
  }))
}
