/** Raft storage of another make, as the oracle of calls that failed has to know it: the log and the hard state, and no snapshots. */
import type { FaultModel } from '../../fault/fault-model.ts'
import type { FullCapabilities } from '../../kit/capabilities.ts'
import type { Outcome } from '../../oracle.ts'
import type { RaftHistoryOperation } from '../history.ts'
import { commitsAfter, partialLogs } from '../leniency.ts'
import { applyOperation, blankState, lastOf, type RaftLogState } from '../model.ts'
import { judgeRecovered, type RaftRecovered, voteOf } from '../oracle.ts'

export interface DoubtedRaft {
  readonly log: RaftLogState
  /** The commit indexes that may come back, where none is promised. */
  readonly commits: readonly (number | undefined)[]
}

const nothing = blankState.log

/** `capabilities`: of storage that is not Holdfast's. */
export function raftFaultModel(
  capabilities?: FullCapabilities,
): FaultModel<DoubtedRaft, RaftHistoryOperation, RaftRecovered> {
  return {
    blank: { log: nothing, commits: [nothing.commit] },
    isTyped: capabilities?.typedErrors !== false,
    apply: (state, operation) => {
      const refusal = refusalOf(state.log, operation)
      if (refusal !== undefined) return { state, outcome: refusal, isDurable: false }
      const before = { ...blankState, log: state.log }
      const { state: after, durable, outcome } = applyOperation(before, operation, capabilities)
      if (outcome.kind === 'threw') return { state, outcome, isDurable: false }
      const isVoteNew = voteOf(state.log) !== voteOf(after.log)
      const done = { after: after.log, isAcked: true, isVoteNew }
      const commits = [...commitsAfter(new Set(state.commits), operation, done)]
      return { state: { log: after.log, commits }, outcome, isDurable: durable !== 'nothing' }
    },
    halfway: ({ log, commits }, operation) =>
      partialLogs(log, operation, capabilities).map((partial) => ({ log: partial, commits })),
    // Which commit index was written is known to the storage alone.
    reopened: (legal) => legal.map(({ log }) => ({ log, commits: commitsOf(legal) })),
    isRead: ({ kind }) => kind === 'entries',
    textOf: (state) => JSON.stringify(state),
    labelsIn: () => [],
    labelsOf: () => [],
    judge: (legal, recovered) => {
      const logs = legal.map(({ log }) => log)
      const commits = new Set(commitsOf(legal))
      const known = { logs, commits, snapshots: [], snapshotInFlight: undefined }
      return judgeRecovered(known, recovered, capabilities).findings
    },
  }
}

function commitsOf(states: readonly DoubtedRaft[]): (number | undefined)[] {
  return [...new Set(states.flatMap(({ commits }) => commits))]
}

/** Of places that no history asks for while nothing is in doubt: the log may not be what the calls were made for. */
function refusalOf(log: RaftLogState, operation: RaftHistoryOperation): Outcome | undefined {
  const { boundary, entries } = log
  if (operation.kind === 'installSnapshot' && operation.at.index < boundary.index)
    return { kind: 'threw', error: 'CompactedError' }
  if (operation.kind !== 'purge' || operation.upTo.index <= boundary.index) return undefined
  const { index, term } = operation.upTo
  if (index > lastOf(log).index) return { kind: 'threw', error: 'UnavailableError' }
  const isThere = entries.some((entry) => entry.index === index && entry.term === term)
  return isThere ? undefined : { kind: 'threw', error: 'InvalidArgumentError' }
}
