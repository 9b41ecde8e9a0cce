/** Whether a log and a state machine can be of one node, and what a crash left to be done between them. Pure. */
import type { LogId } from '../../raft/index.ts'
import type { SnapshotManifest } from '../snapshots/manifest.ts'
import { ReplicaMismatchError } from './errors.ts'
import type { ReplicatedLog } from './replicated-log.ts'

export interface FoundReplica {
  readonly log: Pick<ReplicatedLog, 'name' | 'purgeBoundary' | 'lastIndex' | 'term'>
  readonly applied: LogId
  /** The node's own snapshots, newest first. */
  readonly snapshots: readonly SnapshotManifest[]
  /** Of a snapshot of which the log was not told. */
  readonly pendingInstall: LogId | undefined
}

export interface FitPlan {
  /** To be put into the state machine first. */
  readonly install: SnapshotManifest | undefined
  /** Where the log is to begin then. */
  readonly tellLog: LogId | undefined
}

/** @throws {ReplicaMismatchError} they do not fit */
export function judgeFit(found: FoundReplica): FitPlan {
  const { log, applied, snapshots } = found
  const tellLog = found.pendingInstall ?? untoldInstall(found)
  const first = tellLog ?? log.purgeBoundary
  const install =
    applied.index < first.index ? snapshots.find(({ applied }) => applied.index >= first.index) : undefined
  if (applied.index < first.index && install === undefined) throw gap(log.name, applied, first)
  const state = install?.applied ?? applied
  const lastIndex = tellLog?.index ?? log.lastIndex
  if (state.index > lastIndex) throw ahead(log.name, state, lastIndex)
  const term = state.index === tellLog?.index ? tellLog.term : log.term(state.index)
  if (term !== state.term) throw differs(log.name, state, term)
  return { install, tellLog }
}

/** The state is that of a snapshot beyond the log's end: it was installed, and the process died before the log was told. */
function untoldInstall({ log, applied, snapshots }: FoundReplica): LogId | undefined {
  if (applied.index <= log.lastIndex) return undefined
  const snapshot = snapshots.find(
    ({ applied: { index, term } }) => index === applied.index && term === applied.term,
  )
  return snapshot && { index: applied.index, term: applied.term }
}

function gap(name: string, applied: LogId, first: LogId): ReplicaMismatchError {
  return new ReplicaMismatchError(
    'gap',
    name,
    applied.index + 1,
    `the state ends at index ${applied.index}, the log begins after ${first.index}, and no snapshot of this node covers what ` +
      'is between; install a snapshot of another replica in the state machine, tell the log of it, and open the replica again',
  )
}

function ahead(name: string, state: LogId, lastIndex: number): ReplicaMismatchError {
  return new ReplicaMismatchError(
    'ahead',
    name,
    state.index,
    `the state has applied index ${state.index}, and the log ends at ${lastIndex}: the log has lost what was committed, or is ` +
      'another node’s; restore the right log, or rebuild this node',
  )
}

function differs(name: string, { index, term }: LogId, found: number): ReplicaMismatchError {
  return new ReplicaMismatchError(
    'term',
    name,
    index,
    `at index ${index} the state has term ${term} and the log has ${found}: they are not of one history; find out which of them ` +
      'is foreign, and rebuild it',
  )
}
