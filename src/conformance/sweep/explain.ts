/** A failing trial, in words and as a story. */
import type { FailureStory, StoryEnding, StoryOperation } from '../report/story.ts'
import type { AnyEngine } from './engine.ts'
import { describeFault, type Fault } from './fault.ts'
import type { Trial, TriedOperation } from './trial.ts'

const readKinds: readonly string[] = ['read', 'getEntries', 'entries']

export function storyOf(engine: AnyEngine, trial: Trial): FailureStory {
  const { tried, findings, recovered, crashedAt, performed } = trial
  const opening = performed.filter(({ position, action }) => position < 0 && action !== 'crash')
  const text = crashedAt === undefined ? 'given up, as a killed process would be' : describeFault(crashedAt)
  return {
    operations: [
      ...opening.map(
        (fault): StoryOperation => ({ text: 'open', ending: 'refused', note: `it ${describeFault(fault)}` }),
      ),
      ...tried.map((one) => operationOf(engine, one)),
    ],
    crash: { after: opening.length + tried.length, text },
    recovered,
    rules: findings,
  }
}

/** The same, one line an item. */
export function describeTrial(engine: AnyEngine, trial: Trial): string[] {
  const { operations, crash, recovered, rules } = storyOf(engine, trial)
  return [
    ...rules.map(({ rule, text }) => `${rule}: ${text}`),
    'the operations:',
    ...operations.map(({ text, ending, note }, at) => {
      return `${String(at + 1).padStart(4)}  ${text}  ${ending}${note === undefined ? '' : `, ${note}`}`
    }),
    `then it ${crash?.text.startsWith('given') ? 'was ' : ''}${crash?.text}`,
    `what came back:${recovered.length === 0 ? ' nothing that could be read' : ''}`,
    ...recovered.map((line) => `  ${line}`),
  ]
}

function operationOf(engine: AnyEngine, one: TriedOperation): StoryOperation {
  const { operation, outcome, faults } = one
  const lived = faults
    .filter(({ action }) => action !== 'crash')
    .map((fault: Fault) => `it ${describeFault(fault)}`)
  const threw = outcome?.kind === 'threw' ? [outcome.error] : []
  const note = [...threw, ...lived].join(', ')
  return { text: engine.describe(operation), ending: endingOf(one), ...(note !== '' && { note }) }
}

function endingOf({ operation, outcome, isDurable }: TriedOperation): StoryEnding {
  if (outcome === undefined) return 'in-flight'
  if (outcome.kind === 'threw') return 'refused'
  if (readKinds.includes(operation.kind)) return 'read'
  return isDurable ? 'durable' : 'deferred'
}
