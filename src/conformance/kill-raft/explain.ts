/** A history of Raft storage, in words. */
import type { HardState, LogId } from '../../raft/index.ts'
import { labelOfValue } from '../history-model.ts'
import type { NamedEntry, RaftHistoryOperation } from './history.ts'

/** As a call, in one line. */
export function describeOperation(operation: RaftHistoryOperation): string {
  switch (operation.kind) {
    case 'append':
    case 'appendConflicting':
      return `append(${describeEntries(operation.entries)})`
    case 'save':
      return `save(${describeState(operation.state)})`
    case 'saveWith':
      return `saveWith(${describeState(operation.state)}, ${describeEntries(operation.entries)})`
    case 'truncate':
      return `truncate(${operation.from})`
    case 'purge':
      return `purge(${describePlace(operation.upTo)})`
    case 'takeSnapshot':
    case 'receiveSnapshot':
      return `${operation.kind}(${describePlace(operation.at)}, ${labelOfValue(operation.value)})`
    case 'installSnapshot':
      return `installSnapshot(${describePlace(operation.at)})`
    case 'entries':
      return `entries(${operation.low}, ${operation.high})`
    case 'flush':
    case 'reopen':
      return `${operation.kind}()`
    default:
      return operation satisfies never
  }
}

function describeEntries(entries: readonly NamedEntry[]): string {
  return `[${entries.map((entry) => `${describePlace(entry)}: ${entry.kind}, ${labelOfValue(entry.value)}`).join('; ')}]`
}

function describePlace({ index, term }: LogId): string {
  return `${index} of term ${term}`
}

function describeState({ currentTerm, votedFor, commit }: HardState): string {
  const vote = votedFor === undefined ? 'no vote' : `vote ${JSON.stringify(votedFor)}`
  return `term ${currentTerm}, ${vote}${commit === undefined ? '' : `, commit ${commit}`}`
}
