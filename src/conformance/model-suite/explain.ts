/** A failing history, in words and as a story. */
import { labelsIn } from '../history-model.ts'
import { describeOperation } from '../kill/explain.ts'
import type { ModelView } from '../model.ts'
import { describeOutcome } from '../oracle.ts'
import type { FailureStory, StoryEnding, StoryOperation } from '../report/story.ts'
import { type ModelTrial, recoveredOf, type TriedStep } from './trial.ts'

const crashText = 'given up without close(), as a killed process would'

export function storyOf(trial: ModelTrial): FailureStory {
  const { tried, findings } = trial
  const isCrashed = tried.at(-1)?.step.kind === 'crash'
  const calls = isCrashed ? tried.slice(0, -1) : tried
  return {
    operations: calls.map((one) => operationOf(one, trial)),
    ...(isCrashed && { crash: { after: calls.length, text: crashText } }),
    recovered: recoveredOf(trial),
    rules: findings,
  }
}

/** The same, one line an item. */
export function describeTrial(trial: ModelTrial): string[] {
  const { operations, crash, recovered, rules } = storyOf(trial)
  return [
    ...rules.map(({ rule, text }) => `${rule}: ${text}`),
    'the operations:',
    ...operations.map(({ text, ending, note }, at) => {
      return `${String(at + 1).padStart(4)}  ${text}  ${endingWords[ending]}${note === undefined ? '' : `, ${note}`}`
    }),
    crash === undefined ? 'it lived on, and shows:' : `then it was ${crash.text}; what came back:`,
    ...(recovered.length === 0 ? ['  nothing that could be read'] : recovered.map((line) => `  ${line}`)),
  ]
}

const endingWords: Readonly<Record<StoryEnding, string>> = {
  durable: 'acked, durable',
  deferred: 'acked, deferred',
  read: 'read',
  refused: 'refused',
  'in-flight': 'IN FLIGHT',
  crashed: 'given up and opened again',
}

function operationOf(one: TriedStep, trial: ModelTrial): StoryOperation {
  const { step, outcome } = one
  if (step.kind === 'crash') return { text: 'crash', ending: 'crashed' }
  const survived = hasSurvived(one, trial)
  const note = outcome?.kind === 'threw' ? outcome.error : undefined
  const answer =
    outcome?.kind === 'done' && outcome.result !== undefined ? `has ${describeOutcome(outcome)}` : note
  return {
    text: describeOperation(step),
    ending: endingOf(one),
    ...(answer !== undefined && { note: answer }),
    ...(survived !== undefined && { survived }),
  }
}

function endingOf({ step, outcome, isDurable }: TriedStep): StoryEnding {
  if (outcome === undefined) return 'in-flight'
  if (outcome.kind === 'threw') return 'refused'
  if (step.kind === 'getEntries') return 'read'
  return isDurable ? 'durable' : 'deferred'
}

/** Told of what wrote values that should be there. */
function hasSurvived({ step, outcome }: TriedStep, { view, expected }: ModelTrial): boolean | undefined {
  if (step.kind === 'crash' || outcome?.kind !== 'done' || view === undefined) return undefined
  const [wanted, there] = [valuesOf(expected), valuesOf(view)]
  const labels = labelsIn(step).filter((label) => wanted.has(label))
  return labels.length === 0 ? undefined : labels.every((label) => there.has(label))
}

function valuesOf({ entries, meta }: ModelView<string>): ReadonlySet<string> {
  return new Set([...entries, ...meta].map(([, value]) => value))
}
