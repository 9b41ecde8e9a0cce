/** Raft storage, as the oracle of calls that failed has to know it. */
import type { FaultModel } from '../../fault/fault-model.ts'
import type { FullCapabilities } from '../../kit/capabilities.ts'
import type { Outcome } from '../../oracle.ts'
import type { RaftHistoryOperation } from '../history.ts'
import { commitsAfter, partialLogs } from '../leniency.ts'
import { applyOperation, blankState, type Labelled, lastOf, type RaftLogState, textOf } from '../model.ts'
import { judgeRecovered, type LegalRaft, type RaftRecovered, voteOf } from '../oracle.ts'

export interface DoubtedRaft {
  readonly log: RaftLogState
  /** The commit indexes that may come back, where none is promised. */
  readonly commits: readonly (number | undefined)[]
  readonly snapshots: readonly Labelled[]
}

/** `capabilities`: of storage that is not Holdfast's. */
export function raftFaultModel(
  capabilities?: FullCapabilities,
): FaultModel<DoubtedRaft, RaftHistoryOperation, RaftRecovered> {
  return {
    blank: { ...blankState, commits: [undefined] },
    isTyped: capabilities?.typedErrors !== false,
    apply: (state, operation) => {
      const refusal = refusalOf(state.log, operation)
      if (refusal !== undefined) return { state, outcome: refusal, isDurable: false }
      const { state: after, durable, outcome } = applyOperation(state, operation, capabilities)
      if (outcome.kind === 'threw') return { state, outcome, isDurable: false }
      const isVoteNew = voteOf(state.log) !== voteOf(after.log)
      const done = { after: after.log, isAcked: true, isVoteNew }
      const commits = [...commitsAfter(new Set(state.commits), operation, done)]
      const step = { state: { ...after, commits }, outcome, isDurable: durable === 'log' }
      if (durable !== 'snapshots') return step
      return { ...step, settle: (legal) => ({ ...legal, snapshots: after.snapshots }) }
    },
    halfway: (state, operation) =>
      partialLogs(state.log, operation, capabilities).map((log) => ({ ...state, log })),
    // Which commit index was written is known to the storage alone.
    reopened: (legal) => legal.map((state) => ({ ...state, commits: commitsOf(legal) })),
    isRead: ({ kind }) => kind === 'entries',
    textOf: (state) => JSON.stringify(state),
    labelsIn: () => [],
    labelsOf: () => [],
    judge: (legal, recovered) => {
      const found = snapshotsText(recovered.state)
      const same = legal.filter((state) => snapshotsText(state) === found)
      const known = legalRaft(same.length > 0 ? same : legal)
      return judgeRecovered(known, recovered, capabilities).findings
    },
  }
}

function snapshotsText({ snapshots }: Pick<DoubtedRaft, 'snapshots'>): string {
  return snapshots.map(textOf).sort().join('\n')
}

function legalRaft(states: readonly DoubtedRaft[]): LegalRaft {
  const all = new Map(states.flatMap(({ snapshots }) => snapshots.map((one) => [textOf(one), one])))
  const isAlwaysThere = (text: string): boolean =>
    states.every(({ snapshots }) => snapshots.some((one) => textOf(one) === text))
  const texts = [...all]
  return {
    logs: states.map(({ log }) => log),
    commits: new Set(commitsOf(states)),
    snapshots: texts.flatMap(([text, one]) => (isAlwaysThere(text) ? [one] : [])),
    snapshotsInFlight: texts.flatMap(([text, one]) => (isAlwaysThere(text) ? [] : [one])),
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
