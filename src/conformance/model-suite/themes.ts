/** What the histories of the model suite are about, and the steps that they are made of. Pure. */
import type { SeededRandom } from '../random.ts'

/** What a history is about: calls alone, calls between which the storage is closed and opened, or crashed and opened. */
export const modelThemes = ['calls', 'reopens', 'crashes'] as const

export type ModelTheme = (typeof modelThemes)[number]

export interface WhichHistory {
  readonly seed: number
  readonly theme: ModelTheme
  /** Of the theme's, from 0. */
  readonly number: number
}

/** The storage is given up without `close`, as by a kill, and opened again. */
export interface CrashStep {
  readonly kind: 'crash'
}

/** What every history may have between its calls, whatever the storage is. */
export type CommonStep = { readonly kind: 'flush' } | { readonly kind: 'reopen' } | CrashStep

const stepsFew = 6
const stepsMany = 40

/** Another chance of an end, beside those that the generator has. */
const endChance = 0.12

/** A history of `theme`, whose calls are those of `generate`, which sees what `take` was given before. */
export function generateSteps<S extends { readonly kind: string }>(
  theme: ModelTheme,
  random: SeededRandom,
  { generate, take }: { readonly generate: () => S; readonly take: (step: S | CommonStep) => void },
): (S | CommonStep)[] {
  const steps: (S | CommonStep)[] = []
  const length = random.integer(stepsFew, stepsMany)
  while (steps.length < length) {
    const step = nextStep(theme, random, generate)
    steps.push(step)
    take(step)
  }
  return [...steps, ...lastOf(theme)]
}

function nextStep<S extends { readonly kind: string }>(
  theme: ModelTheme,
  random: SeededRandom,
  generate: () => S,
): S | CommonStep {
  if (theme === 'reopens' && random.chance(endChance)) return { kind: 'reopen' }
  if (theme === 'crashes' && random.chance(endChance)) return { kind: 'crash' }
  const operation = generate()
  return theme === 'calls' && operation.kind === 'reopen' ? { kind: 'flush' } : operation
}

function lastOf(theme: ModelTheme): CommonStep[] {
  return { calls: [], reopens: [{ kind: 'reopen' } as const], crashes: [{ kind: 'crash' } as const] }[theme]
}
