/** A history of Raft storage and its end, as data: what a report shows in words, and as a picture. */
import type { Finding } from '../finding.ts'
import type { IssuedCall } from '../kill/child-process.ts'
import { lastOf as lastCallsOf, survivedOf } from '../kill/story.ts'
import type { FullCapabilities } from '../kit/capabilities.ts'
import { describeOutcome } from '../oracle.ts'
import type { FailureStory, StoryOperation } from '../report/story.ts'
import { type Facts, survivalOf } from '../survival.ts'
import { describeOperation } from './explain.ts'
import type { RaftHistoryOperation } from './history.ts'
import { applyOperation, type RaftState, textOf } from './model.ts'
import { describeLog } from './oracle.ts'

const entriesSpelledMax = 12

export interface RaftStoryParts {
  /** What was there, all of it durable, when the first call was made. */
  readonly start: RaftState
  readonly issued: readonly IssuedCall<RaftHistoryOperation>[]
  /** Fits after "it was". */
  readonly crash: string
  /** What came back. `undefined`: it could not be read. */
  readonly state: RaftState | undefined
  readonly findings: readonly Finding[]
  /** Of storage of another make. */
  readonly capabilities?: FullCapabilities | undefined
}

export function storyOf({
  start,
  issued,
  crash,
  state,
  findings,
  capabilities,
}: RaftStoryParts): FailureStory {
  const states = [start]
  const operations = issued.map((call): StoryOperation => {
    const before = states.at(-1) ?? start
    const { state: after, durable } = applyOperation(before, call.operation, capabilities)
    states.push(call.outcome?.kind === 'threw' ? before : after)
    return operationOf(call, durable !== 'nothing' || after.log === before.log)
  })
  const survival = state && survivalOf(states.map(factsOf), factsOf(state))
  return lastCallsOf({
    operations: operations.map((one, at) => ({ ...one, ...survivedOf(survival?.[at]) })),
    ...{ crash, findings, recovered: state === undefined ? [] : describeState(state) },
  })
}

function operationOf(
  { operation, outcome }: IssuedCall<RaftHistoryOperation>,
  isDurable: boolean,
): StoryOperation {
  const text = describeOperation(operation)
  if (outcome === undefined) return { text, ending: 'in-flight' }
  if (outcome.kind === 'threw') return { text, ending: 'refused', note: outcome.error }
  if (operation.kind === 'entries') return { text, ending: 'read', note: `has ${describeOutcome(outcome)}` }
  return { text, ending: isDurable ? 'durable' : 'deferred' }
}

/** What came back, one part a line. */
export function describeState({ log, snapshots }: RaftState): string[] {
  const from = Math.max(0, log.entries.length - entriesSpelledMax)
  return [
    describeLog(log),
    ...(from > 0 ? [`... ${from} earlier entries`] : []),
    ...log.entries.slice(from).map(textOf),
    ...snapshots.map((snapshot) => `snapshot of ${textOf(snapshot)}`),
  ]
}

function factsOf({ log, snapshots }: RaftState): Facts {
  const { boundary, entries, currentTerm, votedFor, commit } = log
  return new Map([
    ...entries.map((entry): [string, string] => [`entry ${entry.index}`, textOf(entry)]),
    ...snapshots.map((snapshot): [string, string] => [`snapshot ${textOf(snapshot)}`, 'there']),
    ['boundary', JSON.stringify(boundary)],
    ['vote', JSON.stringify([currentTerm, votedFor])],
    ['commit', String(commit)],
  ])
}
