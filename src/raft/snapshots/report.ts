/** What the observer is told of snapshots. */
import { reasonOf } from '../../errors.ts'
import { notify, type SnapshotOperation } from '../../observer.ts'
import { type SnapshotPlace, saysUnusable } from './snapshot-place.ts'

/** An operation on one snapshot; it began at `startedAt`, by the process's clock. */
export interface ReportedOperation {
  readonly operation: SnapshotOperation
  /** Undefined when it did not come to an id. */
  readonly snapshot: string | undefined
  readonly startedAt: number
}

/** Tells that it succeeded, on data of `bytes`. */
export function reportDone(
  { name: log, observer }: SnapshotPlace,
  { operation, snapshot = '', startedAt }: ReportedOperation,
  bytes: number,
): void {
  const event = { log, operation, snapshot, bytes, durationMs: performance.now() - startedAt }
  notify(() => observer.onSnapshot?.(event))
}

/** Tells that it failed; and that the medium lost something, if that is what `error` says. */
export function reportFailure(
  { name: log, observer }: SnapshotPlace,
  { operation, snapshot, startedAt }: ReportedOperation,
  error: unknown,
): void {
  if (saysUnusable(error)) notify(() => observer.onCorruption?.({ log, error }))
  const reason = reasonOf(error)
  const durationMs = performance.now() - startedAt
  const event = { log, operation, snapshot, reason, durationMs, error }
  notify(() => observer.onSnapshotFailure?.(event))
}
