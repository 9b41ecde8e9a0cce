/** What is left of a history when it was shrunk: in the words of a replay token, and as the steps themselves. Pure. */
import type { NamedValue } from '../history.ts'
import { type ModelTheme, modelThemes } from './themes.ts'

/** A step that is left, and how much of it. */
export interface KeptStep {
  /** Its position in the whole history. */
  readonly step: number
  /** Of a batch or a list of entries: the positions of those that are left, ascending. Absent: all of them. */
  readonly parts?: readonly number[]
  /** Whether its values are as small as values with a number can be. */
  readonly isSmall?: boolean
}

export interface ModelScenario {
  readonly theme: ModelTheme
  /** Which of the theme's histories, from 0. */
  readonly number: number
  /** In the order in which they are done: a crash may come earlier than in the whole history. */
  readonly kept: readonly KeptStep[]
}

/** `crashes/12/0,3s,5.1.2`: steps 0, 3 with small values, and of step 5 the parts 1 and 2; `5.-` is step 5 without any part. */
export function formatScenario({ theme, number, kept }: ModelScenario): string {
  const steps = kept.map(({ step, parts, isSmall }) => {
    const left = parts === undefined ? '' : `.${parts.length === 0 ? '-' : parts.join('.')}`
    return `${step}${isSmall ? 's' : ''}${left}`
  })
  return [theme, number, steps.join(',')].join('/')
}

/** `undefined`: it is none of this version. */
export function parseScenario(text: string): ModelScenario | undefined {
  const [, name, number, steps = ''] = /^([a-z]+)\/(\d{1,9})\/([0-9s.,-]*)$/.exec(text) ?? []
  const theme = modelThemes.find((one) => one === name)
  const kept = steps === '' ? [] : steps.split(',').map(parseStep)
  if (theme === undefined || kept.includes(undefined)) return undefined
  return { theme, number: Number(number), kept: kept.filter((one) => one !== undefined) }
}

function parseStep(text: string): KeptStep | undefined {
  const [, step, small, parts] = /^(\d{1,4})(s?)((?:\.\d{1,4})+|\.-)?$/.exec(text) ?? []
  if (step === undefined) return undefined
  const left = parts === '.-' ? [] : parts?.slice(1).split('.').map(Number)
  return {
    step: Number(step),
    ...(left !== undefined && { parts: left }),
    ...(small === 's' && { isSmall: true }),
  }
}

/** How the steps of one kind of storage are made less. */
export interface StepParts<S> {
  /** How many parts the step has that it can do without. */
  readonly partsOf: (step: S) => number
  /** The step with those of its parts alone whose positions are in `parts`. */
  readonly cutTo: (step: S, parts: readonly number[]) => S
  readonly withSmallValues: (step: S) => S
}

/** The steps that are left. `undefined`: the history has no such step. */
export function pickSteps<S>(
  history: readonly S[],
  kept: readonly KeptStep[],
  parts: StepParts<S>,
): S[] | undefined {
  const steps = kept.map((one) => pickStep(history, one, parts))
  return steps.includes(undefined) ? undefined : steps.filter((step) => step !== undefined)
}

function pickStep<S>(
  history: readonly S[],
  { step, parts, isSmall }: KeptStep,
  { cutTo, withSmallValues }: StepParts<S>,
): S | undefined {
  const whole = history[step]
  if (whole === undefined) return undefined
  const cut = parts === undefined ? whole : cutTo(whole, parts)
  return isSmall ? withSmallValues(cut) : cut
}

/** Those of `items` whose positions are in `parts`. */
export function partsLeft<T>(items: readonly T[], parts: readonly number[]): T[] {
  return items.filter((_, position) => parts.includes(position))
}

/** The least that a value with a number has. */
const smallBytes = 8

export function smallValue({ number, size }: NamedValue): NamedValue {
  return { number, size: Math.min(size, smallBytes) }
}
