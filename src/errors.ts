/**
 * Every error that Holdfast throws on purpose. A message says what was being done, to which log, at which index, and what
 * to do next; programs look at `code` and the fields, never at the message.
 */
import { messageOf } from './message-of.ts'

/**
 * Why a write failed, from a closed list. The same word is `error.reason` on what is thrown and the `reason` label of the
 * write-failure metric, so that a log line and an alert can be matched.
 */
export const failureReasons = [
  'no_space',
  'map_full',
  'io',
  'read_only',
  'corrupt',
  'poisoned',
  'invalid',
  'injected',
  'other',
] as const

export type FailureReason = (typeof failureReasons)[number]

/** The base of every error here. `code` is stable across versions; `reason` is the metric's word for it. */
export abstract class HoldfastError extends Error {
  abstract readonly code: `HOLDFAST_${string}`
  abstract readonly reason: FailureReason

  override get name(): string {
    return this.constructor.name
  }
}

/** Why something failed that ended with `error`, whatever was thrown. */
export function reasonOf(error: unknown): FailureReason {
  return error instanceof HoldfastError ? error.reason : 'other'
}

/** An argument is of the wrong type, out of range, or cannot be stored. Nothing was changed. */
export class InvalidArgumentError extends HoldfastError {
  readonly code = 'HOLDFAST_INVALID_ARGUMENT'
  readonly reason = 'invalid'
  /** The argument's name, as in the documentation. */
  readonly argument: string

  constructor(argument: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.argument = argument
  }
}

/** The operation needs an index that was trimmed, or that lies below the compaction floor. Nothing was changed. */
export class CompactedError extends HoldfastError {
  readonly code = 'HOLDFAST_COMPACTED'
  readonly reason = 'invalid'
  readonly index: number
  readonly firstIndex: number
  readonly compactedIndex: number

  constructor(at: { index: number; firstIndex: number; compactedIndex: number }, message?: string) {
    super(
      message ??
        `Cannot replace the log from index ${at.index}: it begins at ${at.firstIndex} and is compacted below ` +
          `${at.compactedIndex}; replace from ${Math.max(at.firstIndex, at.compactedIndex)} or later`,
    )
    this.index = at.index
    this.firstIndex = at.firstIndex
    this.compactedIndex = at.compactedIndex
  }
}

/** The operation needs an index that the log has not reached yet. Nothing was changed. */
export class UnavailableError extends HoldfastError {
  readonly code = 'HOLDFAST_UNAVAILABLE'
  readonly reason = 'invalid'
  readonly index: number
  /** The last index that there is. */
  readonly lastIndex: number

  constructor(at: { index: number; lastIndex: number }, message: string) {
    super(message)
    this.index = at.index
    this.lastIndex = at.lastIndex
  }
}

/** The write would leave a hole between the end of the log and its first entry. Nothing was changed. */
export class LogGapError extends HoldfastError {
  readonly code = 'HOLDFAST_LOG_GAP'
  readonly reason = 'invalid'
  readonly index: number
  readonly nextIndex: number

  constructor(at: { index: number; nextIndex: number }) {
    super(
      `Cannot write entries from index ${at.index}: the log ends before ${at.nextIndex}, and a gap may not be left; ` +
        `first write the entries from ${at.nextIndex} on`,
    )
    this.index = at.index
    this.nextIndex = at.nextIndex
  }
}

/** No log of that name is there, and it was not asked to be created. */
export class LogNotFoundError extends HoldfastError {
  readonly code = 'HOLDFAST_LOG_NOT_FOUND'
  readonly reason = 'other'
  readonly log: string

  constructor(log: string, message: string) {
    super(message)
    this.log = log
  }
}

/** The log has an owner already, in this process or another. */
export class LogLockedError extends HoldfastError {
  readonly code = 'HOLDFAST_LOG_LOCKED'
  readonly reason = 'other'
  readonly log: string
  /** Process id of the owner, or `undefined` when the lock file does not say. */
  readonly ownerPid: number | undefined

  constructor(log: string, ownerPid: number | undefined) {
    const owner =
      ownerPid === undefined
        ? 'another owner'
        : ownerPid === process.pid
          ? `this process (pid ${ownerPid})`
          : `the process with pid ${ownerPid}`
    super(`Cannot open ${log}: ${owner} has it open; close it there, or open another directory`)
    this.log = log
    this.ownerPid = ownerPid
  }
}

/** The log was closed or abandoned. Open it again. */
export class LogClosedError extends HoldfastError {
  readonly code = 'HOLDFAST_LOG_CLOSED'
  readonly reason = 'other'
  readonly log: string

  constructor(log: string, operation: string) {
    super(`Cannot ${operation}: log "${log}" is closed; open it again`)
    this.log = log
  }
}

/** What a vote depends on: see `HardState` of `holdfast/raft`. */
export interface TermAndVote {
  readonly currentTerm: number
  readonly votedFor: number | string | undefined
}

/** The hard state would go back: a lower term, or another vote within the same term. Nothing was changed. */
export class HardStateRegressionError extends HoldfastError {
  readonly code = 'HOLDFAST_HARD_STATE_REGRESSION'
  readonly reason = 'invalid'
  readonly log: string
  readonly stored: TermAndVote
  readonly given: TermAndVote

  constructor(log: string, stored: TermAndVote, given: TermAndVote) {
    super(
      `Cannot save ${describeVote(given)} on log "${log}": ${describeVote(stored)} is stored, and a node that goes back ` +
        'behind its term or its vote may vote twice; load the hard state, and go on from there',
    )
    this.log = log
    this.stored = stored
    this.given = given
  }
}

function describeVote({ currentTerm, votedFor }: TermAndVote): string {
  return `term ${currentTerm} with ${votedFor === undefined ? 'no vote' : `a vote for ${JSON.stringify(votedFor)}`}`
}

/** What is wrong with a snapshot, or with what was asked of it. */
export type SnapshotErrorKind =
  | 'corrupt'
  | 'incomplete'
  | 'notFound'
  | 'mismatch'
  | 'closed'
  | 'inProgress'
  | 'stale'

const snapshotReasons: Readonly<Record<SnapshotErrorKind, FailureReason>> = {
  corrupt: 'corrupt',
  incomplete: 'corrupt',
  notFound: 'other',
  mismatch: 'invalid',
  closed: 'other',
  inProgress: 'other',
  stale: 'invalid',
}

/** A snapshot is damaged, cut short or not there, does not fit the log, or is closed already. */
export class SnapshotError extends HoldfastError {
  readonly code = 'HOLDFAST_SNAPSHOT'
  readonly reason: FailureReason
  /** The snapshot's id, as far as it has one. */
  readonly snapshot: string | undefined
  readonly kind: SnapshotErrorKind

  constructor(
    at: { readonly snapshot: string | undefined; readonly kind: SnapshotErrorKind },
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.reason = snapshotReasons[at.kind]
    this.snapshot = at.snapshot
    this.kind = at.kind
  }
}

/** This host lacks something that the asked feature stands on. */
export class FeatureDisabledError extends HoldfastError {
  readonly code = 'HOLDFAST_FEATURE_DISABLED'
  readonly reason = 'other'
  readonly feature: string

  constructor(feature: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.feature = feature
  }
}

/**
 * The medium refused a write. Nothing of that write is there, and the store stays usable, unless `inDoubt` is true: then the
 * store is poisoned from here on.
 */
export class WriteFailedError extends HoldfastError {
  readonly code = 'HOLDFAST_WRITE_FAILED'
  readonly reason: FailureReason
  readonly log: string
  readonly operation: string
  /** True when it cannot be known what reached the medium: close, open again, and read the cursor anew. */
  readonly inDoubt: boolean

  constructor(at: {
    log: string
    operation: string
    reason: FailureReason
    inDoubt: boolean
    cause: unknown
  }) {
    const said = messageOf(at.cause)
    const next = at.inDoubt
      ? 'it is not known what reached the medium, so the store is poisoned: close it, open it again and read its cursor'
      : `nothing was written and the store stays usable${remedies[at.reason] ?? ''}`
    super(`Cannot ${at.operation} on log "${at.log}" (${at.reason}: ${said}): ${next}`, { cause: at.cause })
    this.reason = at.reason
    this.log = at.log
    this.operation = at.operation
    this.inDoubt = at.inDoubt
  }
}

const remedies: Partial<Record<FailureReason, string>> = {
  no_space: '; free some space or raise the limit, then write again',
  map_full: '; open it with a larger mapSize, then write again',
  read_only: '; make the directory writable, then open it again',
}

/** An earlier write left the medium in doubt. Every call is refused until the store is closed and opened again. */
export class PoisonedError extends HoldfastError {
  readonly code = 'HOLDFAST_POISONED'
  readonly reason = 'poisoned'
  readonly log: string

  constructor(log: string, operation: string, cause: unknown) {
    super(
      `Cannot ${operation}: log "${log}" is poisoned by an earlier write that left the medium in doubt; ` +
        'close it, open it again and read its cursor before you go on',
      { cause },
    )
    this.log = log
  }
}

/** Where a defect was found, as far as it is known. */
export interface DefectPlace {
  /** The log's name, or the directory when no log is open yet. */
  readonly log: string
  /** Index of the entry, when it is one. */
  readonly index?: number | undefined
  /** Bytes that should be there, and bytes that are. */
  readonly expectedBytes?: number | undefined
  readonly actualBytes?: number | undefined
  /** The file's name, and how far into it, where the store is made of several. */
  readonly file?: string | undefined
  readonly offset?: number | undefined
}

/** What is on the medium is not what was written. Nothing is repaired, and nothing of it is returned as data. */
export class CorruptionError extends HoldfastError {
  readonly code = 'HOLDFAST_CORRUPTION'
  readonly reason = 'corrupt'
  readonly log: string
  readonly index: number | undefined
  readonly expectedBytes: number | undefined
  readonly actualBytes: number | undefined
  readonly file: string | undefined
  readonly offset: number | undefined

  constructor(place: DefectPlace, what: string, options?: ErrorOptions) {
    super(
      `Log "${place.log}" is corrupt: ${what}; do not write to it again, and rebuild this node from its peers or a snapshot`,
      options,
    )
    this.log = place.log
    this.index = place.index
    this.expectedBytes = place.expectedBytes
    this.actualBytes = place.actualBytes
    this.file = place.file
    this.offset = place.offset
  }
}

/** The data was written by a version of Holdfast that this one does not read. */
export class FormatVersionError extends HoldfastError {
  readonly code = 'HOLDFAST_FORMAT_VERSION'
  readonly reason = 'corrupt'
  readonly log: string
  readonly found: number
  readonly supported: number

  constructor(log: string, found: number, supported: number, what: string) {
    super(
      `Cannot read ${what} of log "${log}": it has format version ${found} and this version of Holdfast reads up to ` +
        `${supported}; open it with the version that wrote it, or a later one`,
    )
    this.log = log
    this.found = found
    this.supported = supported
  }
}
