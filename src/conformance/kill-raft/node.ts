/** Does generated operations to the log and the hard state of a Raft node, and says what they hold. Snapshots are beside them. */
import type { RaftEntry } from '../../raft/index.ts'
import type { RaftNode } from '../contract/index.ts'
import { bytesOf, labelOfBytes } from '../kill/values.ts'
import type { NamedEntry, RaftHistoryOperation } from './history.ts'
import { type Labelled, labelOfEntry, type RaftLogState, textOf } from './model.ts'

/** Those that are calls of the log or of the hard state. */
export type NodeOperation = Exclude<
  RaftHistoryOperation,
  { readonly kind: 'takeSnapshot' | 'receiveSnapshot' | 'reopen' }
>

/** Returns what was read, with values as labels. */
export function performOnNode(
  { log, hardState }: RaftNode<Uint8Array>,
  operation: NodeOperation,
): readonly string[] | undefined {
  switch (operation.kind) {
    case 'append':
    case 'appendConflicting':
      log.append(operation.entries.map(withBytes))
      return undefined
    case 'save':
      hardState.save(operation.state)
      return undefined
    case 'saveWith':
      hardState.saveWith(operation.state, operation.entries.map(withBytes))
      return undefined
    case 'truncate':
      log.truncate(operation.from)
      return undefined
    case 'purge':
      log.purge(operation.upTo)
      return undefined
    case 'installSnapshot':
      log.installSnapshot(operation.at)
      return undefined
    case 'entries':
      return log.entries(operation.low, operation.high).map((entry) => textOf(labelled(entry)))
    case 'flush':
      log.flush()
      return undefined
    default:
      return operation satisfies never
  }
}

/** All that they hold. */
export function stateOfNode({ log, hardState }: RaftNode<Uint8Array>): RaftLogState {
  const state = hardState.load()
  return {
    boundary: log.purgeBoundary,
    entries: log.entries(log.firstIndex, log.lastIndex + 1).map(labelled),
    currentTerm: state?.currentTerm,
    votedFor: state?.votedFor,
    commit: state?.commit,
  }
}

/** With what it holds as a label. */
export function labelled({ index, term, kind, data }: RaftEntry): Labelled {
  return { index, term, label: labelOfEntry(kind, labelOfBytes(data)) }
}

function withBytes({ index, term, kind, value }: NamedEntry): RaftEntry {
  return { index, term, kind, data: bytesOf(value) }
}
