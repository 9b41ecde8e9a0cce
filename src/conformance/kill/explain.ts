/** A failure, in words. */
import type { HistoryOperation, ValueOp } from '../history.ts'
import { isCommit, labelOfBallot, labelOfValue } from '../history-model.ts'
import type { ModelView } from '../model.ts'
import { describeOutcome, type IssuedOperation } from '../oracle.ts'
import type { KillFailure } from './kill-report.ts'

const historyLinesMax = 15
const entriesSpelledMax = 12
const lineCharactersMax = 200

/** The last operations, one a line. */
export function describeHistory(issued: readonly IssuedOperation[]): string[] {
  const from = Math.max(0, issued.length - historyLinesMax)
  const earlier = from > 0 ? [`... ${from} earlier operations`] : []
  return [...earlier, ...issued.slice(from).map((one, offset) => describeIssued(from + offset + 1, one))]
}

function describeIssued(number: number, { operation, outcome }: IssuedOperation): string {
  const mark =
    outcome === undefined
      ? 'IN FLIGHT'
      : outcome.kind === 'threw'
        ? `refused (${outcome.error})`
        : isCommit(operation)
          ? 'acked, durable'
          : 'acked, deferred'
  const said =
    outcome?.kind === 'done' && outcome.result !== undefined ? `, has ${describeOutcome(outcome)}` : ''
  const call = shorten(`${String(number).padStart(4)}  ${describeOperation(operation)}`)
  return `${call}  ${mark}${shorten(said)}`
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

/** The whole failure, one line an item. */
export function describeFailure(failure: KillFailure): string[] {
  const { lane, number, moment, findings, history, recovered, directory, replay, isReplayable } = failure
  const sameMoment = 'replay, to the same moment:'
  const otherMoment =
    'replay (the moment was chosen by the clock: the histories are the same, try it a few times):'
  return [
    `Kill ${number} of the ${lane} log, killed ${moment}:`,
    ...findings.map(({ rule, text }) => `  ${rule}: ${text}`),
    '  the last operations:',
    ...history.map((line) => `    ${line}`),
    `  what came back:${recovered.length === 0 ? ' nothing that could be read' : ''}`,
    ...recovered.map((line) => `    ${line}`),
    `  the log is kept in ${directory}`,
    `  ${isReplayable ? sameMoment : otherMoment}`,
    `    ${replay}`,
  ]
}

function shorten(text: string): string {
  return text.length <= lineCharactersMax ? text : `${text.slice(0, lineCharactersMax)}...`
}
