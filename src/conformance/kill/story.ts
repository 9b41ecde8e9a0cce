/** A history of Paxos storage and its end, as data: what a report shows in words, and as a picture. */
import type { Finding } from '../finding.ts'
import type { FullCapabilities } from '../kit/capabilities.ts'
import { isDurableOnReturn } from '../leniency.ts'
import { LogModel, type ModelView } from '../model.ts'
import { describeOutcome, expectedOutcome, type IssuedOperation } from '../oracle.ts'
import type { FailureStory, StoryOperation } from '../report/story.ts'
import { type Facts, survivalOf } from '../survival.ts'
import { describeOperation, describeOperations, describeView } from './explain.ts'

/** A picture of more than that has to be scrolled for nothing. */
export const storyOperationsMax = 40

export interface StoryParts {
  /** What was there, all of it durable, when the first call was made. Default: nothing. */
  readonly start?: LogModel<string>
  readonly issued: readonly IssuedOperation[]
  /** Fits after "it was". */
  readonly crash: string
  /** `undefined`: it could not be read. */
  readonly view: ModelView<string> | undefined
  readonly findings: readonly Finding[]
  readonly capabilities: FullCapabilities | undefined
}

export function storyOf({ start, issued, crash, view, findings, capabilities }: StoryParts): FailureStory {
  const survival = view && survivalOf(statesOf(start, issued, capabilities), factsOf(view))
  const operations = issued.map((one, at) => ({
    ...operationOf(one, capabilities),
    ...survivedOf(survival?.[at]),
  }))
  return lastOf({ operations, crash, recovered: view === undefined ? [] : describeView(view), findings })
}

/** The last operations, one a line. `capabilities` are those of a store that promises less than everything. */
export function describeHistory(
  issued: readonly IssuedOperation[],
  capabilities?: FullCapabilities,
): string[] {
  return describeOperations(issued.map((one) => operationOf(one, capabilities)))
}

/** The story of the last calls. */
export function lastOf(whole: {
  readonly operations: readonly StoryOperation[]
  readonly crash: string
  readonly recovered: readonly string[]
  readonly findings: readonly Finding[]
}): FailureStory {
  const operations = whole.operations.slice(-storyOperationsMax)
  const earlier = whole.operations.length - operations.length
  return {
    operations,
    ...(earlier > 0 && { earlier }),
    crash: { after: operations.length, text: whole.crash },
    recovered: whole.recovered,
    rules: whole.findings,
  }
}

export function survivedOf(survived: boolean | undefined): Pick<StoryOperation, 'survived'> {
  return survived === undefined ? {} : { survived }
}

export function operationOf(
  { operation, outcome }: IssuedOperation,
  capabilities?: FullCapabilities,
): StoryOperation {
  const text = describeOperation(operation)
  if (outcome === undefined) return { text, ending: 'in-flight' }
  if (outcome.kind === 'threw') return { text, ending: 'refused', note: outcome.error }
  const note = outcome.result === undefined ? {} : { note: `has ${describeOutcome(outcome)}` }
  if (operation.kind === 'getEntries') return { text, ending: 'read', ...note }
  return { text, ending: isDurableOnReturn(operation, capabilities) ? 'durable' : 'deferred', ...note }
}

function statesOf(
  start: LogModel<string> = new LogModel(),
  issued: readonly IssuedOperation[],
  capabilities: FullCapabilities | undefined,
): Facts[] {
  const model = start.clone()
  const states = [factsOf(model.view())]
  for (const { operation, outcome } of issued) {
    const isDurable = isDurableOnReturn(operation, capabilities)
    if (outcome?.kind !== 'threw') expectedOutcome(model, operation, isDurable)
    states.push(factsOf(model.view()))
  }
  return states
}

function factsOf({ entries, meta, compactedIndex }: ModelView<string>): Facts {
  return new Map([
    ...entries.map(([index, value]): [string, string] => [`entry ${index}`, value]),
    ...meta.map(([key, value]): [string, string] => [key, value]),
    ['compactedIndex', String(compactedIndex)],
  ])
}
