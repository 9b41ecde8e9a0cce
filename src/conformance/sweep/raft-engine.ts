/** The sweep of a Raft node's log and hard state. Snapshots are files beside the log, and have sites and tests of their own. */
import { type HardState, raftSites } from '../../raft/index.ts'
import type { RaftNode } from '../contract/index.ts'
import type { Finding } from '../finding.ts'
import { describeOperation } from '../kill-raft/explain.ts'
import { RaftHistoryGenerator, type RaftHistoryOperation } from '../kill-raft/history.ts'
import {
  applyOperation,
  blankState,
  lastOf,
  type RaftLogState,
  type RaftState,
  textOf,
} from '../kill-raft/model.ts'
import { performOnNode, stateOfNode } from '../kill-raft/node.ts'
import { describeLog, judgeLog } from '../kill-raft/oracle.ts'
import type { SeededRandom } from '../random.ts'
import type { Step, SweepEngine } from './engine.ts'

interface View {
  readonly log: RaftLogState
  /** As the storage says, not counted. */
  readonly ends: string
}

const sizeMax = 200
const entriesMax = 6

export const raftEngine: SweepEngine<RaftHistoryOperation, RaftState, View> = {
  name: 'raft',
  sites: raftSites,
  blank: blankState,
  next: nextOperation,
  fits,
  step,
  viewOf: ({ log }) => ({ log, ends: endsOf(log) }),
  open: (log, failpoints, { createRaftNode }) => {
    const node = createRaftNode<Uint8Array>(log, { failpoints })
    return { log, perform: (operation) => perform(node, operation), view: () => viewOf(node) }
  },
  probe: ({ log }) => {
    const { index, term } = lastOf(log)
    const value = { number: 999_999, size: 24 }
    return { kind: 'append', entries: [{ index: index + 1, term, kind: 'command', value }] }
  },
  describe: describeOperation,
  describeView: ({ log, ends }) => [describeLog(log), ends, ...log.entries.map(textOf)],
  differences: ({ legal }, found) => compare(legal, found),
}

function nextOperation(random: SeededRandom, state: RaftState, number: number): RaftHistoryOperation {
  const { log, snapshots } = state
  const { currentTerm, votedFor, commit } = log
  const generator = new RaftHistoryGenerator(random, number * 100)
  const operation = generator.next({
    boundary: log.boundary,
    last: lastOf(log),
    hardState:
      currentTerm === undefined
        ? undefined
        : { currentTerm, votedFor, ...(commit !== undefined && { commit }) },
    newestSnapshot: snapshots.at(-1),
    termAt: (index) => log.entries.find((entry) => entry.index === index)?.term ?? log.boundary.term,
  })
  return small(operation)
}

function small(operation: RaftHistoryOperation): RaftHistoryOperation {
  const cut =
    'entries' in operation ? { ...operation, entries: operation.entries.slice(0, entriesMax) } : operation
  return JSON.parse(JSON.stringify(cut), (key, value: unknown) =>
    key === 'size' ? Math.min(value as number, sizeMax) : value,
  ) as RaftHistoryOperation
}

/** Whether an engine that keeps Raft's rules may ask for it: how anything else ends is not the model's to say. */
function fits({ log }: RaftState, operation: RaftHistoryOperation): boolean {
  const { boundary, currentTerm = 0 } = log
  const last = lastOf(log)
  const termAt = (index: number): number | undefined =>
    index === boundary.index ? boundary.term : log.entries.find((entry) => entry.index === index)?.term
  switch (operation.kind) {
    case 'append':
    case 'appendConflicting':
    case 'saveWith': {
      const [first] = operation.entries
      if (operation.kind === 'saveWith' && !isNewer(log, operation.state)) return false
      if (first === undefined) return true
      const isGap = first.index > last.index + 1
      if (first.index <= boundary.index || (isGap && operation.kind === 'saveWith')) return false
      const top = operation.kind === 'saveWith' ? operation.state.currentTerm : currentTerm
      const before = termAt(first.index - 1) ?? 0
      return isGap || (before <= first.term && operation.entries.every(({ term }) => term <= top))
    }
    case 'truncate':
      return operation.from > boundary.index
    case 'purge':
      return operation.upTo.index < boundary.index || termAt(operation.upTo.index) === operation.upTo.term
    case 'installSnapshot':
      return operation.at.index > boundary.index && operation.at.term >= boundary.term
    default:
      return true
  }
}

function isNewer({ currentTerm = -1, votedFor }: RaftLogState, given: HardState): boolean {
  if (given.currentTerm !== currentTerm) return given.currentTerm > currentTerm
  return votedFor === undefined || votedFor === given.votedFor
}

function step(state: RaftState, operation: RaftHistoryOperation): Step<RaftState> {
  const { state: next, durable, outcome } = applyOperation(state, operation)
  return { state: next, outcome, isDurable: durable === 'log' }
}

function perform(node: RaftNode<Uint8Array>, operation: RaftHistoryOperation) {
  switch (operation.kind) {
    case 'takeSnapshot':
    case 'receiveSnapshot':
    case 'reopen':
      return undefined
    default:
      return performOnNode(node, operation)
  }
}

function viewOf(node: RaftNode<Uint8Array>): View {
  const { log } = node
  const { index, term } = log.lastLogId
  return {
    log: stateOfNode(node),
    ends: `from ${log.firstIndex} to ${log.lastIndex}, last log id ${index} of term ${term}`,
  }
}

function endsOf(log: RaftLogState): string {
  const { index, term } = lastOf(log)
  return `from ${log.boundary.index + 1} to ${index}, last log id ${index} of term ${term}`
}

function compare(legal: readonly RaftState[], found: View): Finding[] {
  const logs = legal.map(({ log }) => log)
  const counted = endsOf(found.log)
  if (found.ends === counted) return judgeLog(logs, found.log)
  return [{ rule: 'cursor', text: `The log says that it goes ${found.ends}, and goes ${counted}` }]
}
