/**
 * What a failed write means: the reason, in the closed list's word, and whether the medium is in doubt. A write is in doubt
 * when what reached the medium cannot be known, above all when a sync failed: the kernel may have dropped the pages and will
 * call the next sync a success ("fsyncgate", Rebello et al., USENIX ATC 2020), so it is never tried again.
 */
import { constants } from 'node:os'
import { FailpointError, type FailpointRegistry, type FailpointReturn } from '../failpoints/index.ts'
import { type FailureReason, HoldfastError, WriteFailedError } from './errors.ts'

export interface WriteFailure {
  readonly reason: FailureReason
  readonly inDoubt: boolean
}

/** LMDB's own error codes (lmdb.h). */
const lmdbCodes = {
  readersFull: -30790,
  pageNotFound: -30797,
  corrupted: -30796,
  panic: -30795,
  mapFull: -30792,
} as const

const { EIO, ENOMEM, ENOSPC, EFBIG, EDQUOT, EROFS, EACCES, EPERM } = constants.errno

const failures = new Map<number, WriteFailure>([
  [ENOSPC, { reason: 'no_space', inDoubt: false }],
  [EFBIG, { reason: 'no_space', inDoubt: false }],
  [EDQUOT, { reason: 'no_space', inDoubt: false }],
  [EROFS, { reason: 'read_only', inDoubt: false }],
  [EACCES, { reason: 'read_only', inDoubt: false }],
  [EPERM, { reason: 'read_only', inDoubt: false }],
  [EIO, { reason: 'io', inDoubt: true }],
  [ENOMEM, { reason: 'map_full', inDoubt: false }],
  [lmdbCodes.readersFull, { reason: 'other', inDoubt: false }],
  [lmdbCodes.mapFull, { reason: 'map_full', inDoubt: false }],
  [lmdbCodes.panic, { reason: 'io', inDoubt: true }],
  [lmdbCodes.corrupted, { reason: 'corrupt', inDoubt: true }],
  [lmdbCodes.pageNotFound, { reason: 'corrupt', inDoubt: true }],
])

/** Another hand was on the medium: what is there is not what this process left there. */
export class MediumChangedError extends Error {
  override readonly name = 'MediumChangedError'
}

/** A failure that a failpoint asked for. With an errno, as in `return(EIO)`, it is treated as the system's own. */
export class InjectedFailure extends Error {
  readonly code: string | undefined
  readonly site: string

  constructor(site: string, asked: FailpointReturn) {
    super(`${asked.value ?? 'failure'} injected at ${site}`)
    this.name = 'InjectedFailure'
    this.site = site
    this.code = asked.value
  }
}

/** Hits a site. @throws {InjectedFailure} it is armed to fail */
export function hitSite(failpoints: FailpointRegistry | undefined, site: string): void {
  const asked = failpoints?.hit(site)
  if (asked !== undefined) throw new InjectedFailure(site, asked)
}

/**
 * What `error`, thrown while writing, means. `undefined` when it is not the medium's: an error of the caller's, or a defect
 * of ours, which must reach the caller as it is.
 */
export function classifyWriteFailure(error: unknown): WriteFailure | undefined {
  if (error instanceof FailpointError) return { reason: 'injected', inDoubt: false }
  if (error instanceof MediumChangedError) return { reason: 'io', inDoubt: true }
  const code = systemCode(error)
  if (error instanceof InjectedFailure) {
    return (code === undefined ? undefined : failures.get(code)) ?? { reason: 'injected', inDoubt: false }
  }
  return code === undefined ? undefined : (failures.get(code) ?? { reason: 'other', inDoubt: true })
}

/** The errno or LMDB code of `error`, as a number. lmdb gives numbers, Node gives names. */
function systemCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  const { code } = error
  if (typeof code === 'number') return code
  const byName: Readonly<Record<string, number>> = constants.errno
  return typeof code === 'string' ? byName[code] : undefined
}

/**
 * Runs `body`, which opens something, so that nothing is in doubt yet: what the system refuses becomes a `WriteFailedError` of
 * the operation "open".
 */
export function refusingCleanly<T>(log: string, body: () => T): T {
  try {
    return body()
  } catch (cause) {
    throw asCleanRefusal({ log, operation: 'open' }, cause)
  }
}

/**
 * Hits a site in front of a write. What it asks for is a clean failure, whatever it names: nothing was tried yet.
 * @throws {WriteFailedError} the site is armed to fail
 */
export function failIfAsked(
  failpoints: FailpointRegistry | undefined,
  site: string,
  at: { readonly log: string; readonly operation: string },
): void {
  try {
    hitSite(failpoints, site)
  } catch (cause) {
    throw asCleanRefusal(at, cause)
  }
}

/** `cause`, thrown before anything was written, as the caller is to see it: what is not the medium's stays as it is. */
function asCleanRefusal(at: { readonly log: string; readonly operation: string }, cause: unknown): unknown {
  const failure = cause instanceof HoldfastError ? undefined : classifyWriteFailure(cause)
  return failure ? new WriteFailedError({ ...at, cause, reason: failure.reason, inDoubt: false }) : cause
}
