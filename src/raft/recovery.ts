/** Whether what one node kept in different places fits together. Pure. */
import { CorruptionError, SnapshotError } from '../errors.ts'
import type { LogId } from './entry.ts'
import type { HardState } from './hard-state-store.ts'
import type { SnapshotInfo, UnusableSnapshot } from './snapshots/index.ts'

/** What was found when a node's storage was opened. */
export interface Found {
  /** The log's name, for errors. */
  readonly log: string
  readonly hardState: HardState | undefined
  readonly lastLogId: LogId
  readonly purgeBoundary: LogId
  /** The newest snapshot that can be read. */
  readonly snapshot: SnapshotInfo | undefined
  /** Newer ones that cannot. */
  readonly unusable: readonly UnusableSnapshot[]
  /** The log's term at an index between the boundary and the end. */
  readonly termAt: (index: number) => number
}

/**
 * Returns the snapshot's place when it was published and the log was not told yet, as a crash between the two leaves it: then
 * the log is to install it.
 * @throws {SnapshotError} the log begins after a boundary that no usable snapshot covers, or a snapshot contradicts the log
 * @throws {CorruptionError} the hard state is behind the log
 */
export function crossCheck(found: Found): LogId | undefined {
  assertVoteCovers(found)
  assertBoundaryIsCovered(found)
  const pending = pendingInstall(found)
  assertCommitIsReached(found, pending)
  return pending
}

function assertVoteCovers({ log, hardState, lastLogId, snapshot }: Found): void {
  const currentTerm = hardState?.currentTerm ?? 0
  const saved =
    hardState === undefined ? 'no hard state is saved' : `the saved hard state is of term ${currentTerm}`
  const ahead = [
    { ...lastLogId, what: 'log reaches' },
    { index: snapshot?.index ?? 0, term: snapshot?.term ?? 0, what: 'newest snapshot covers' },
  ].find(({ term }) => term > currentTerm)
  if (ahead === undefined) return
  throw new CorruptionError(
    { log, index: ahead.index },
    `${saved}, and the ${ahead.what} term ${ahead.term} at index ${ahead.index}: a vote may be lost`,
  )
}

function assertBoundaryIsCovered({ log, purgeBoundary, snapshot, unusable }: Found): void {
  if (purgeBoundary.index <= (snapshot?.index ?? 0)) return
  const has =
    snapshot === undefined ? 'there is none' : `the newest usable one, "${snapshot.id}", ends there before`
  const lost = unusable.map(({ id, error }) => `"${id}" (${error.message})`).join(', ')
  throw new SnapshotError(
    { snapshot: unusable[0]?.id ?? snapshot?.id, kind: unusable.length > 0 ? 'corrupt' : 'notFound' },
    `Cannot recover log "${log}": it begins after index ${purgeBoundary.index}, which a snapshot should cover, and ${has}` +
      `${lost === '' ? '' : `; not usable: ${lost}`}; have a snapshot sent by the leader, or rebuild this node`,
  )
}

function pendingInstall({
  log,
  hardState,
  lastLogId,
  purgeBoundary,
  snapshot,
  termAt,
}: Found): LogId | undefined {
  if (snapshot === undefined) return undefined
  const { id, index, term } = snapshot
  if (term < purgeBoundary.term)
    throw contradiction(log, id, `term ${term}, and was purged at term ${purgeBoundary.term}`)
  if (index > lastLogId.index) return { index, term }
  const stored = termAt(index)
  if (stored === term) return undefined
  const isUncommitted = hardState?.commit !== undefined && index > hardState.commit
  if (isUncommitted && index > purgeBoundary.index) return { index, term }
  throw contradiction(log, id, `term ${term} at index ${index}, where the log has term ${stored}`)
}

function contradiction(log: string, snapshot: string, what: string): SnapshotError {
  return new SnapshotError(
    { snapshot, kind: 'mismatch' },
    `Snapshot "${snapshot}" contradicts log "${log}": it names ${what}; if a leader sent it and the log was not told ` +
      'yet, install it with RaftLog.installSnapshot and recover again; if not, remove it or rebuild this node',
  )
}

function assertCommitIsReached({ log, hardState, lastLogId }: Found, pending: LogId | undefined): void {
  const reached = Math.max(lastLogId.index, pending?.index ?? 0)
  const commit = hardState?.commit ?? 0
  if (commit <= reached) return
  throw new CorruptionError(
    { log, index: commit },
    `index ${commit} was committed, and the log ends at ${reached}: committed entries are lost`,
  )
}
