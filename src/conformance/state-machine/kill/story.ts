/** A history of a state machine and its end, as data: what a report shows in words, and as a picture. */
import type { Finding } from '../../finding.ts'
import type { IssuedCall } from '../../kill/child-process.ts'
import { describeOperations } from '../../kill/explain.ts'
import { lastOf, survivedOf } from '../../kill/story.ts'
import type { FailureStory, StoryOperation } from '../../report/story.ts'
import { type Facts, survivalOf } from '../../survival.ts'
import { type ModelView, StateModel } from '../model.ts'
import { describeStateOperation } from './explain.ts'
import type { StateLog } from './log.ts'
import { type JudgedOperation, positionAfter, type RecoveredSnapshot, type RecoveredState } from './oracle.ts'

export interface StateStoryParts {
  readonly log: StateLog
  /** What was applied, all of it durable, when the first call was made. */
  readonly applied: number
  readonly issued: readonly IssuedCall<JudgedOperation>[]
  /** Fits after "it was". */
  readonly crash: string
  /** `undefined`: it could not be read. */
  readonly recovered: RecoveredState | undefined
  readonly findings: readonly Finding[]
}

export function storyOf(parts: StateStoryParts): FailureStory {
  const { crash, recovered, findings } = parts
  const survival = recovered && survivalOf(...factsAround(parts, recovered.view))
  const operations = operationsOf(parts).map((one, at) => ({ ...one, ...survivedOf(survival?.[at]) }))
  const shown = recovered === undefined ? [] : describeState(recovered)
  return lastOf({ operations, crash, findings, recovered: shown })
}

/** The last operations of a state machine that was new, one a line. */
export function describeStateHistory(
  log: StateLog,
  issued: readonly IssuedCall<JudgedOperation>[],
): string[] {
  return describeOperations(operationsOf({ log, applied: 0, issued }))
}

function operationsOf({
  log,
  applied,
  issued,
}: Pick<StateStoryParts, 'log' | 'applied' | 'issued'>): StoryOperation[] {
  let position = applied
  return issued.map((call) => {
    position = positionAfter(position, call.operation)
    return operationOf(call, position, log)
  })
}

/** A call that led to `position`. */
function operationOf(
  { operation, outcome }: IssuedCall<JudgedOperation>,
  position: number,
  log: StateLog,
): StoryOperation {
  const text = describeStateOperation(operation, log)
  if (outcome === undefined) return { text, ending: 'in-flight' }
  if (outcome.kind === 'threw') return { text, ending: 'refused', note: outcome.error }
  // What it answered is in memory until this much of the log is durable.
  const durable = durableIn(outcome.result)
  return { text, ending: durable >= position ? 'durable' : 'deferred' }
}

function durableIn(result: unknown): number {
  const said = Array.isArray(result) ? String(result.at(-1)) : ''
  return Number(/^durable (\d+)$/.exec(said)?.[1] ?? Number.NaN)
}

/** What there was before the first call and after each of them, and what there is. */
function factsAround(
  { log, applied, issued }: StateStoryParts,
  view: ModelView,
): [states: Facts[], recovered: Facts] {
  const isReset = issued.some(({ operation }) => operation.kind === 'reset')
  const from = isReset ? 1 : applied + 1
  let model = log.modelAt(applied)
  let position = applied
  const states = [factsOf(model.view(), from)]
  for (const { operation, outcome } of issued) {
    const after = outcome?.kind === 'threw' ? position : positionAfter(position, operation)
    if (after < position) model = operation.kind === 'reset' ? new StateModel() : log.modelAt(after)
    else for (const entry of log.entries(position + 1, after)) model.apply(entry)
    position = after
    states.push(factsOf(model.view(), from))
  }
  return [states, factsOf(view, from)]
}

/** Each row, and each entry from `from` on that is applied. */
function factsOf({ index, rows, membership }: ModelView, from: number): Facts {
  const applied = Array.from({ length: Math.max(0, index - from + 1) }, (_, at) => `entry ${from + at}`)
  return new Map([
    ...applied.map((name): [string, string] => [name, 'applied']),
    ...rows.map((row): [string, string] => [`row ${row.key}`, JSON.stringify(row)]),
    ['membership', JSON.stringify(membership ?? null)],
  ])
}

const shownMax = 200

/** What came back, one part a line. */
export function describeState({
  view,
  snapshots,
}: {
  readonly view: ModelView
  readonly snapshots: readonly Pick<RecoveredSnapshot, 'index'>[]
}): string[] {
  const { index, term, clock, rows } = view
  return [
    `index ${index}, term ${term}, clock ${clock}, keys: ${rows.length}`,
    ...rows.map((row) => JSON.stringify(row).slice(0, shownMax)),
    ...snapshots.map((snapshot) => `a snapshot of ${snapshot.index}`),
  ]
}
