/** The histories of a state machine: calls that a seed decides, and the moments at which it is crashed. Pure. */
import { SeededRandom, seedMax } from '../../random.ts'
import { nextOperation, type StateOperation } from '../../state-machine/kill/history.ts'
import { broughtBy, logOf, RunLog } from '../../state-machine/kill/log.ts'
import { positionAfter } from '../../state-machine/kill/oracle.ts'
import { rebase, stepsOf } from '../../state-machine/kill/script.ts'
import type { ModelEntry } from '../../state-machine/model.ts'
import { type KeptStep, pickSteps } from '../scenario.ts'
import { type CrashStep, generateSteps, type WhichHistory } from '../themes.ts'
import type { RefuseStep } from './call.ts'
import { stateParts } from './parts.ts'
import { chunkDefectNames } from './refused-chunks.ts'

/** One call, or a crash. Each has the entries of the log that it is the first to hand in. */
export type StateStep = StateOperation | RefuseStep | CrashStep

const refuseChance = 0.06

/** Makes history `number` of `theme`, the same one for the same seed. */
export function createStateHistory(
  { seed, theme, number }: WhichHistory,
  { hasNative }: { readonly hasNative: boolean },
): StateStep[] {
  const random = new SeededRandom(seed, `model ${theme} ${number}`)
  const log = new RunLog(random.integer(0, seedMax))
  let [applied, leader] = [0, 0]
  const steps = generateSteps<StateOperation | RefuseStep>(theme, random, {
    generate: () =>
      random.chance(refuseChance)
        ? { kind: 'refuse', defect: random.pick(chunkDefectNames) }
        : nextOperation(random, { applied, leader, hasNative }),
    take: (step) => {
      applied = positionAfter(applied, asCall(step))
      if (step.kind === 'install') leader = step.through
    },
  })
  return onNewMachine(steps, stepsOf(log, 0, issued(steps)))
}

/** The steps that are left, as they are when no others come before them. `undefined`: the history has no such step. */
export function pickStateSteps(
  history: readonly StateStep[],
  kept: readonly KeptStep[],
): StateStep[] | undefined {
  const calls = issued(history)
  const whole = stepsOf(logOf(calls.map(({ operation }) => operation)), 0, calls)
  const filled = history.map((step, at) => (isCall(step) ? (whole[at]?.operation ?? step) : step))
  const picked = pickSteps(filled, kept, stateParts)
  return (
    picked &&
    onNewMachine(
      picked,
      picked.map((step, at) => ({ operation: asCall(step), end: whole[kept[at]?.step ?? 0]?.end ?? 0 })),
    )
  )
}

/** What neither applies nor takes back anything is, to the log, what a flush is. */
function asCall(step: StateStep): StateOperation {
  return isCall(step) ? step : { kind: 'flush' }
}

function isCall(step: StateStep): step is StateOperation {
  return step.kind !== 'crash' && step.kind !== 'refuse'
}

function issued(steps: readonly StateStep[]): { operation: StateOperation; outcome: undefined }[] {
  return steps.map((step) => ({ operation: asCall(step), outcome: undefined }))
}

function onNewMachine(steps: readonly StateStep[], calls: Parameters<typeof rebase>[0]): StateStep[] {
  return rebase(calls).map((moved, at) => {
    const step = steps[at]
    return step === undefined || isCall(step) ? moved : step
  })
}

/** The log that the steps are of. */
export function entriesOf(steps: readonly StateStep[]): ModelEntry[] {
  return steps.filter(isCall).flatMap(broughtBy)
}
