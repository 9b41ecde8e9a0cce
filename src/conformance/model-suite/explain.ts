/** A failing history, in words and as a story. */
import { describeOutcome } from '../oracle.ts'
import type { FailureStory, StoryEnding, StoryOperation } from '../report/story.ts'
import type { ModelEngine, StepTeller } from './engine.ts'
import type { NamedStep } from './subject.ts'
import type { ModelTrial, TriedStep } from './trial.ts'

const crashText = 'given up without close(), as a killed process would'

export function storyOf<S extends NamedStep>(engine: ModelEngine<S>, trial: ModelTrial<S>): FailureStory {
  const { tried, findings, shown } = trial
  const teller = engine.tellerOf(tried.map(({ step }) => step))
  const isCrashed = tried.at(-1)?.step.kind === 'crash'
  const calls = isCrashed ? tried.slice(0, -1) : tried
  return {
    operations: calls.map((one) => operationOf(teller, one, trial)),
    ...(isCrashed && { crash: { after: calls.length, text: crashText } }),
    recovered: shown?.lines ?? [],
    rules: findings,
  }
}

/** The same, one line an item. */
export function describeStory({ operations, crash, recovered, rules, note: how }: FailureStory): string[] {
  return [
    ...rules.map(({ rule, text }) => `${rule}: ${text}`),
    'the operations:',
    ...operations.map(({ text, ending, note }, at) => {
      return `${String(at + 1).padStart(4)}  ${text}  ${endingWords[ending]}${note === undefined ? '' : `, ${note}`}`
    }),
    crash === undefined ? 'it lived on, and shows:' : `then it was ${crash.text}; what came back:`,
    ...(recovered.length === 0 ? ['  nothing that could be read'] : recovered.map((line) => `  ${line}`)),
    ...(how === undefined ? [] : [how]),
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

function operationOf<S extends NamedStep>(
  teller: StepTeller<S>,
  one: TriedStep<S>,
  trial: ModelTrial<S>,
): StoryOperation {
  const { step, outcome } = one
  const text = teller.describe(step)
  if (step.kind === 'crash') return { text, ending: 'crashed' }
  const survived = hasSurvived(teller, one, trial)
  const note = outcome?.kind === 'threw' ? outcome.error : undefined
  const answer =
    outcome?.kind === 'done' && outcome.result !== undefined ? `has ${describeOutcome(outcome)}` : note
  return {
    text,
    ending: endingOf(teller, one),
    ...(answer !== undefined && { note: answer }),
    ...(survived !== undefined && { survived }),
  }
}

function endingOf<S extends NamedStep>(
  teller: StepTeller<S>,
  { step, outcome, isDurable }: TriedStep<S>,
): StoryEnding {
  if (outcome === undefined) return 'in-flight'
  if (outcome.kind === 'threw') return 'refused'
  if (teller.isRead(step)) return 'read'
  return isDurable ? 'durable' : 'deferred'
}

/** Told of what wrote values that should be there. */
function hasSurvived<S extends NamedStep>(
  teller: StepTeller<S>,
  { step, outcome }: TriedStep<S>,
  { shown, expected }: ModelTrial<S>,
): boolean | undefined {
  if (outcome?.kind !== 'done' || shown === undefined) return undefined
  const labels = teller.labelsIn(step).filter((label) => expected.has(label))
  return labels.length === 0 ? undefined : labels.every((label) => shown.labels.has(label))
}
