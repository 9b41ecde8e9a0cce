/** What the parts of one store share. */
import { FailpointError, type FailpointRegistry } from '../../../failpoints/index.ts'
import { FormatVersionError, HoldfastError, SnapshotError, WriteFailedError } from '../../errors.ts'
import type { StoreObserver } from '../../observer.ts'
import { classifyWriteFailure, InjectedFailure } from '../../write-failure.ts'
import { DigestThreadError } from './digest-thread.ts'
import type { SnapshotSite } from './sites.ts'
import { snapshotDefect } from './snapshot-defects.ts'
import type { UnusableSnapshot } from './snapshot-info.ts'

export interface SnapshotPlace {
  /** The store's name, in errors and events. */
  readonly name: string
  readonly directory: string
  readonly failpoints: FailpointRegistry | undefined
  readonly observer: StoreObserver
}

/**
 * `error`, thrown while writing, as what the caller is to see. It is never in doubt, whatever failed: what is not published
 * is not there for anyone, and what could not be kept published was taken back.
 */
export function asWriteFailure({ name }: SnapshotPlace, operation: string, error: unknown): unknown {
  if (error instanceof HoldfastError) return error
  const failure =
    error instanceof DigestThreadError ? ({ reason: 'other' } as const) : classifyWriteFailure(error)
  if (failure === undefined) return error
  const { reason } = failure
  return new WriteFailedError({ log: name, operation, reason, inDoubt: false, cause: error })
}

/** @throws {SnapshotError} the site is armed to fail */
export function damageIfAsked({ failpoints }: SnapshotPlace, site: SnapshotSite, id: string): void {
  let cause: unknown
  try {
    const asked = failpoints?.hit(site)
    if (asked === undefined) return
    cause = new InjectedFailure(site, asked)
  } catch (error) {
    if (!(error instanceof FailpointError)) throw error
    cause = error
  }
  throw snapshotDefect(id, 'corrupt', `a fault was injected at ${site}`, cause)
}

/** Whether `error` says that a snapshot cannot be used, rather than that nobody could look. */
export function saysUnusable(error: unknown): error is UnusableSnapshot['error'] {
  if (error instanceof FormatVersionError) return true
  return error instanceof SnapshotError && (error.kind === 'corrupt' || error.kind === 'incomplete')
}
