/** The histories of the model suite: operations that a seed decides, and the moments at which the storage is crashed. Pure. */
import { HistoryGenerator, type HistoryOperation, type HistoryPlace } from '../history.ts'
import type { FullCapabilities } from '../kit/capabilities.ts'
import { isDurableOnReturn } from '../leniency.ts'
import { LogModel } from '../model.ts'
import { expectedOutcome } from '../oracle.ts'
import { mayEmpty } from '../promised-history.ts'
import { SeededRandom } from '../random.ts'

/** What a history is about: calls alone, calls between which the storage is closed and opened, or crashed and opened. */
export const modelThemes = ['calls', 'reopens', 'crashes'] as const

export type ModelTheme = (typeof modelThemes)[number]

/** One call; or the storage is given up without `close`, as by a kill, and opened again. */
export type ModelStep = HistoryOperation | { readonly kind: 'crash' }

const stepsFew = 6
const stepsMany = 40

/** Another chance of an end, beside those that the generator has. */
const endChance = 0.12

/**
 * Makes history `number` of `theme`, the same one for the same seed. Nothing is in it that `capabilities` do not promise; without
 * them, everything may be.
 */
export function createHistory(
  { seed, theme, number }: { readonly seed: number; readonly theme: ModelTheme; readonly number: number },
  capabilities: FullCapabilities | undefined,
): ModelStep[] {
  const random = new SeededRandom(seed, `model ${theme} ${number}`)
  const generator = new HistoryGenerator(random, 1, 1, capabilities)
  const model = new LogModel<string>()
  const steps: ModelStep[] = []
  const length = random.integer(stepsFew, stepsMany)
  while (steps.length < length) {
    const step = nextStep(theme, random, () => generator.next(placeOf(model)))
    steps.push(step)
    doToModel(model, step, capabilities)
  }
  return [...steps, ...lastOf(theme)]
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

function nextStep(theme: ModelTheme, random: SeededRandom, generate: () => HistoryOperation): ModelStep {
  if (theme === 'reopens' && random.chance(endChance)) return { kind: 'reopen' }
  if (theme === 'crashes' && random.chance(endChance)) return { kind: 'crash' }
  const operation = generate()
  return theme === 'calls' && operation.kind === 'reopen' ? { kind: 'flush' } : operation
}

function lastOf(theme: ModelTheme): ModelStep[] {
  return { calls: [], reopens: [{ kind: 'reopen' } as const], crashes: [{ kind: 'crash' } as const] }[theme]
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
