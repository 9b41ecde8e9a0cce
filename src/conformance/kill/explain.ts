/** A failure, in words. */
import type { HistoryOperation, ValueOp } from '../history.ts'
import { labelOfBallot, labelOfValue } from '../history-model.ts'
import type { ModelView } from '../model.ts'
import type { FailureStory, StoryEnding, StoryOperation } from '../report/story.ts'
import type { KillFailure, ShrunkFailure } from './kill-report.ts'

const historyLinesMax = 15
const entriesSpelledMax = 12
const lineCharactersMax = 200
const rulesSpelledMax = 3

/** The last operations, one a line; `before` of them are left out already. */
export function describeOperations(operations: readonly StoryOperation[], before = 0): string[] {
  const from = Math.max(0, operations.length - historyLinesMax)
  const earlier = from + before > 0 ? [`... ${from + before} earlier operations`] : []
  return [
    ...earlier,
    ...operations.slice(from).map((one, offset) => describeOne(before + from + offset + 1, one)),
  ]
}

function describeOne(number: number, { text, ending, note }: StoryOperation): string {
  const call = shorten(`${String(number).padStart(4)}  ${text}`)
  return `${call}  ${shorten(endingOf(ending, note))}`
}

/** A read has nothing that could be durable. */
function endingOf(ending: StoryEnding, note: string | undefined): string {
  const said = note === undefined ? '' : `, ${note}`
  switch (ending) {
    case 'durable':
    case 'deferred':
      return `acked, ${ending}${said}`
    case 'read':
      return note ?? 'acked'
    case 'refused':
      return `refused${note === undefined ? '' : ` (${note})`}`
    case 'in-flight':
      return 'IN FLIGHT'
    case 'crashed':
      return note ?? 'crashed'
    default:
      return ending satisfies never
  }
}

export function describeOperation(operation: HistoryOperation): string {
  switch (operation.kind) {
    case 'flush':
    case 'reopen':
      return `${operation.kind}()`
    case 'getEntries':
      return `getEntries(${operation.from}, ${operation.to})`
    case 'writeAtomically':
      return `writeAtomically([${operation.ops.map(describeOp).join(', ')}])`
    default:
      return describeOp(operation)
  }
}

function describeOp(op: ValueOp): string {
  switch (op.kind) {
    case 'appendEntry':
      return `appendEntry(${labelOfValue(op.entry)})`
    case 'appendEntries':
      return `appendEntries([${op.entries.map(labelOfValue).join(', ')}])`
    case 'appendOnPrefix':
      return `appendOnPrefix(${op.from}, [${op.entries.map(labelOfValue).join(', ')}])`
    case 'setPromise':
    case 'setAcceptedRound':
      return `${op.kind}(${labelOfBallot(op.ballot)})`
    case 'setDecidedIdx':
    case 'setCompactedIdx':
      return `${op.kind}(${op.index})`
    case 'trim':
      return `trim(${op.upTo})`
    case 'setSnapshot':
      return `setSnapshot(${op.snapshot === undefined ? 'none' : labelOfValue(op.snapshot)})`
    case 'setStopsign':
      return `setStopsign(${op.stopsign === undefined ? 'none' : JSON.stringify(op.stopsign)})`
    default:
      return op satisfies never
  }
}

/** What came back, one part a line. */
export function describeView(view: ModelView<string>): string[] {
  const { firstIndex, nextIndex, compactedIndex, entries, meta } = view
  const from = Math.max(0, entries.length - entriesSpelledMax)
  return [
    `firstIndex ${firstIndex}, nextIndex ${nextIndex}, compactedIndex ${compactedIndex}, entries: ${entries.length}`,
    ...(from > 0 ? [`... ${from} earlier entries`] : []),
    ...entries.slice(from).map(([index, value]) => `${index}: ${value}`),
    ...meta.map(([key, value]) => `${key}: ${value}`),
  ]
}

/** The whole failure, one line an item: as it was shrunk, if it was, and as it came. `again` makes the first of them again. */
export function describeFailure(failure: KillFailure, again?: string): string[] {
  const { lane, number, moment, directory, replay, isReplayable } = failure
  const { shrunk, story } = withNotes(failure)
  const what = `kill ${number} of the ${lane} log`
  const ended = endedOf(story, moment)
  if (shrunk === undefined) {
    return [
      `K${what.slice(1)}, ${ended}:`,
      ...describeStory(story, 'the last operations:'),
      `  the log is kept in ${directory}`,
      ...describeReplay(isReplayable, again ?? replay),
    ]
  }
  return [
    ...describeShrunk(shrunk, again),
    `  found as ${what}, ${ended}:`,
    ...story.rules.slice(0, rulesSpelledMax).map(({ rule, text }) => `    ${rule}: ${text}`),
    `  the log is kept in ${directory}`,
    ...describeReplay(isReplayable, replay),
  ]
}

/** The stories of the failure, each of which says why it is no shorter, where that is known. */
export function withNotes<F extends Told>({ shrunk, shrinkingStopped: note, story }: F): Told {
  if (note === undefined) return { shrunk, story }
  if (shrunk === undefined) return { shrunk, story: { ...story, note } }
  return { shrunk: { ...shrunk, story: { ...shrunk.story, note } }, story }
}

interface Told extends Pick<KillFailure, 'shrunk' | 'story'> {
  readonly shrinkingStopped?: string | undefined
}

/** How the process of the story ended; it was to be killed at `moment`. */
export function endedOf({ crash }: FailureStory, moment: string): string {
  return crash?.text ?? `killed ${moment}`
}

/** The shortest history, one line an item. */
export function describeShrunk(
  { story, moment, runs, failed, attempts }: ShrunkFailure,
  again: string | undefined,
): string[] {
  return [
    `The shortest history that fails so, on new storage, ${endedOf(story, moment)}:`,
    ...describeStory(story, 'the operations:'),
    `  it fails in ${failed} of ${runs} runs, and was found in ${attempts}`,
    ...(again === undefined ? [] : ['  replay:', `    ${again}`]),
  ]
}

/** What broke, what was called, and what came back. */
export function describeStory(
  { rules, operations, earlier, recovered, note, stderr = [] }: FailureStory,
  heading: string,
): string[] {
  return [
    ...rules.map(({ rule, text }) => `  ${rule}: ${text}`),
    ...(stderr.length === 0 ? [] : ['  the last that it wrote to standard error:']),
    ...stderr.map((line) => `    ${line}`),
    `  ${heading}`,
    ...describeOperations(operations, earlier).map((line) => `    ${line}`),
    `  what came back:${recovered.length === 0 ? ' nothing that could be read' : ''}`,
    ...recovered.map((line) => `    ${line}`),
    ...(note === undefined ? [] : [`  ${note}`]),
  ]
}

function describeReplay(isReplayable: boolean, replay: string): string[] {
  const sameMoment = 'replay, to the same moment:'
  const otherMoment =
    'replay (the moment was chosen by the clock: the histories are the same, try it a few times):'
  return [`  ${isReplayable ? sameMoment : otherMoment}`, `    ${replay}`]
}

function shorten(text: string): string {
  return text.length <= lineCharactersMax ? text : `${text.slice(0, lineCharactersMax)}...`
}
