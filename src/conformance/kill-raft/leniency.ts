/** What Raft storage that promises less may come back as. Pure. Holdfast's own is given no leniency: it has no capabilities. */
import type { FullCapabilities } from '../kit/capabilities.ts'
import type { RaftHistoryOperation } from './history.ts'
import { appended, type RaftLogState } from './model.ts'

/** Where `operation`, in flight on a log like `before`, may have stopped halfway. */
export function partialLogs(
  before: RaftLogState,
  operation: RaftHistoryOperation,
  capabilities: FullCapabilities | undefined,
): RaftLogState[] {
  if (capabilities === undefined) return []
  if (operation.kind !== 'append' && operation.kind !== 'appendConflicting') return []
  const [after] = appended(before, operation.entries)
  const isHeld = (index: number): boolean => before.entries.some((entry) => entry.index === index)
  const at = after.entries.findIndex((entry, position) => entry !== before.entries[position])
  if (at < 0) return []
  const [kept, fresh] = [after.entries.slice(0, at), after.entries.slice(at)]
  const isConflict = isHeld(fresh[0]?.index ?? 0)
  // What is replaced in one step is not there in part.
  if (isConflict && capabilities.replaceSuffix === 'atomic') return []
  const counts = capabilities.appendList === 'prefix' ? fresh.map((_, count) => count) : [0]
  return counts
    .filter((count) => count > 0 || isConflict)
    .map((count) => ({ ...before, entries: [...kept, ...fresh.slice(0, count)] }))
}

/**
 * `log` without what no promise is about: an engine learns the commit index again from its leader, and the term of a boundary is
 * remembered by those that say so.
 */
export function promisedOf(log: RaftLogState, capabilities: FullCapabilities | undefined): RaftLogState {
  if (capabilities === undefined) return log
  const boundary = capabilities.endRemembered ? log.boundary : { ...log.boundary, term: 0 }
  return { ...log, boundary, commit: undefined }
}

/** The commit indexes that may come back after `operation`, which has led to `after`, where `before` those might. */
export function commitsAfter(
  before: ReadonlySet<number | undefined>,
  operation: RaftHistoryOperation,
  {
    after,
    isAcked,
    isVoteNew,
  }: { readonly after: RaftLogState; readonly isAcked: boolean; readonly isVoteNew: boolean },
): ReadonlySet<number | undefined> {
  const isWritten = isVoteNew || operation.kind === 'flush' || operation.kind === 'reopen'
  return isAcked && isWritten ? new Set([after.commit]) : new Set([...before, after.commit])
}
