/** What can be wrong with a snapshot, in one wording. */
import { SnapshotError } from '../../errors.ts'

/** The error of a snapshot that is there and is not what was written. */
export function snapshotDefect(
  id: string,
  kind: 'corrupt' | 'incomplete',
  what: string,
  cause?: unknown,
): SnapshotError {
  const message = `Cannot use snapshot ${id}: ${what}; use an older one, or fetch one from a peer, and then remove it`
  return new SnapshotError({ snapshot: id, kind }, message, cause === undefined ? undefined : { cause })
}

export function snapshotNotFound(id: string, operation: string): SnapshotError {
  const message = `Cannot ${operation} snapshot ${JSON.stringify(id)}: there is none of that id; choose one of those that list() gives`
  return new SnapshotError({ snapshot: id, kind: 'notFound' }, message)
}

export function snapshotsClosed(name: string, operation: string): SnapshotError {
  const message = `Cannot ${operation} on snapshots "${name}": the store is closed; open it again`
  return new SnapshotError({ snapshot: undefined, kind: 'closed' }, message)
}

export function writingEnded(id: string, cause?: unknown): SnapshotError {
  const message = `Cannot finish snapshot ${id}: its writing was aborted and nothing of it is left; create another`
  return new SnapshotError({ snapshot: id, kind: 'closed' }, message, { cause })
}

/** Whether the medium says that it lost what was on it; anything else (too many open files) says nothing of the snapshot. */
export function isLossOfMedium(error: unknown): boolean {
  return codeOf(error) === 'EIO'
}

export function isAbsent(error: unknown): boolean {
  return codeOf(error) === 'ENOENT'
}

function codeOf(error: unknown): unknown {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
}
