/** The histories of Paxos storage on a log: operations that a seed decides, and the moments at which it is crashed. Pure. */
import { HistoryGenerator, type HistoryOperation, type HistoryPlace } from '../../history.ts'
import type { FullCapabilities } from '../../kit/capabilities.ts'
import { isDurableOnReturn } from '../../leniency.ts'
import { LogModel } from '../../model.ts'
import { expectedOutcome } from '../../oracle.ts'
import { mayEmpty } from '../../promised-history.ts'
import { SeededRandom } from '../../random.ts'
import { type CrashStep, generateSteps, type WhichHistory } from '../themes.ts'

/** One call, or a crash. */
export type ModelStep = HistoryOperation | CrashStep

/**
 * Makes history `number` of `theme`, the same one for the same seed. Nothing is in it that `capabilities` do not promise; without
 * them, everything may be.
 */
export function createHistory(
  { seed, theme, number }: WhichHistory,
  capabilities: FullCapabilities | undefined,
): ModelStep[] {
  const random = new SeededRandom(seed, `model ${theme} ${number}`)
  const generator = new HistoryGenerator(random, 1, 1, capabilities)
  const model = new LogModel<string>()
  return generateSteps<HistoryOperation>(theme, random, {
    generate: () => generator.next(placeOf(model)),
    take: (step) => doToModel(model, step, capabilities),
  })
}

/** Whether the step may be done there: a log that may forget where it ended is not emptied, also not by a history that was cut. */
export function isPromised(
  step: ModelStep,
  model: LogModel<string>,
  capabilities: FullCapabilities | undefined,
): boolean {
  if (capabilities?.endRemembered !== false) return true
  if (step.kind !== 'trim' && step.kind !== 'appendOnPrefix') return true
  return !mayEmpty(step, placeOf(model))
}

function doToModel(
  model: LogModel<string>,
  step: ModelStep,
  capabilities: FullCapabilities | undefined,
): void {
  if (step.kind === 'crash') model.crash()
  else expectedOutcome(model, step, isDurableOnReturn(step, capabilities))
}

function placeOf(model: LogModel<string>): HistoryPlace {
  return model.view()
}
