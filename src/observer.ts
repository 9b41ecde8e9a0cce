/**
 * How stores report upward: what happened, to which log, by which operation, how long it took, and why it failed. The
 * stores know this interface and nothing of metrics.
 */
import type { FailureReason } from './errors.ts'
import { messageOf } from './message-of.ts'

/** Whether the write had to be durable before it returned. */
export type WriteClass = 'commit' | 'deferred'

/** What a log knows of itself, for an operator. Sizes are bytes. */
export interface LogStats {
  readonly firstIndex: number
  readonly nextIndex: number
  readonly compactedIndex: number
  /** Entries that may be read. */
  readonly entries: number
  /** Entries that were trimmed, and whose space is not given back yet. */
  readonly reclaimableEntries: number
  /** Operations deferred since the last commit or flush. */
  readonly deferredOps: number
  /** When the oldest of them was deferred: milliseconds since 1970. */
  readonly oldestDeferredAt: number | undefined
  readonly isPoisoned: boolean
  /** Size of the data file, which all logs of an environment share; for a store in memory, of the stored values. */
  readonly sizeBytes: number
  /** Of which pages were ever in use. */
  readonly usedBytes: number
  /** What the file may grow to before the map must, where there is a map. */
  readonly mapSizeBytes: number | undefined
  /** What is free for this process on the file system, where there is one. */
  readonly filesystemAvailBytes: number | undefined
  /** Readers registered with the medium: an old one keeps pages from being used again. */
  readonly openReadTransactions: number | undefined
}

/** What every event says. */
export interface LogEvent {
  /** The log's name. */
  readonly log: string
}

export interface OpenEvent extends LogEvent {
  readonly durationMs: number
  readonly firstIndex: number
  readonly nextIndex: number
  readonly compactedIndex: number
  /** What the log knows of itself at the moment of the call, until it is closed. */
  readonly stats: () => LogStats
}

export interface WriteEvent extends LogEvent {
  /** The operation as the engine named it: `append_entry`, `set_promise`, ... */
  readonly operation: string
  readonly class: WriteClass
  readonly durationMs: number
  readonly appendedEntries: number
  readonly appendedBytes: number
  /** Indexes that left the log at its tail, and at its head: a hole that a floor left behind is counted with them. */
  readonly truncatedEntries: number
  readonly trimmedEntries: number
}

export interface WriteStartEvent extends LogEvent {
  readonly operation: string
}

export interface WriteFailureEvent extends LogEvent {
  readonly operation: string
  readonly class: WriteClass
  readonly reason: FailureReason
  readonly durationMs: number
  readonly error: unknown
}

export interface CorruptionEvent extends LogEvent {
  readonly error: Error
}

/** What is done with snapshots: this node's own is written, a leader's is written, one is read to its end, one is removed. */
export const snapshotOperations = ['create', 'install', 'open', 'remove'] as const

export type SnapshotOperation = (typeof snapshotOperations)[number]

export interface SnapshotEvent extends LogEvent {
  readonly operation: SnapshotOperation
  /** The snapshot's id. */
  readonly snapshot: string
  /** Length of its data. */
  readonly bytes: number
  /** From the beginning of the operation to its end; a snapshot's writing ends when it is durable. */
  readonly durationMs: number
}

export interface SnapshotFailureEvent extends LogEvent {
  readonly operation: SnapshotOperation
  /** The snapshot's id, as far as it has one. */
  readonly snapshot: string | undefined
  readonly reason: FailureReason
  readonly durationMs: number
  readonly error: unknown
}

/** What a state machine knows of itself, for an operator. */
export interface StateStats {
  readonly appliedIndex: number
  /** What a loss of power would leave. */
  readonly durableIndex: number
  /** What can be seen: expired keys do not count. */
  readonly keys: number
  readonly leases: number
  /** Keys that have expired and were not removed yet. */
  readonly expiredKeys: number
  /** Of its files. */
  readonly sizeBytes: number
  readonly hasFailed: boolean
}

export interface StateOpenEvent extends LogEvent {
  readonly durationMs: number
  readonly appliedIndex: number
  /** What the state machine knows of itself at the moment of the call, until it is closed. */
  readonly stats: () => StateStats
}

export interface ApplyEvent extends LogEvent {
  readonly durationMs: number
  readonly appliedIndex: number
  /** How many entries came to each result, by its code. */
  readonly results: ReadonlyMap<string, number>
}

export interface ApplyFailureEvent extends LogEvent {
  readonly durationMs: number
  readonly reason: FailureReason
  readonly error: unknown
}

export interface CollectEvent extends LogEvent {
  /** Expired keys that were removed. */
  readonly keys: number
}

export interface InstallEvent extends LogEvent {
  /** From the beginning of the verification to the new state being in use. */
  readonly durationMs: number
  readonly bytes: number
}

export interface InstallFailureEvent extends LogEvent {
  readonly reason: FailureReason
  readonly error: unknown
}

export interface StateCheckpointEvent extends LogEvent {
  readonly durationMs: number
  /** Length of the checkpoint. */
  readonly bytes: number
}

export interface StateCheckpointFailureEvent extends LogEvent {
  readonly durationMs: number
  readonly reason: FailureReason
  readonly error: unknown
}

/** What a replica knows of itself, for an operator. */
export interface ReplicaStats {
  readonly committedIndex: number
  readonly appliedIndex: number
  readonly hasFailed: boolean
}

export interface ReplicaOpenEvent extends LogEvent {
  /** What the replica knows of itself at the moment of the call, until it is closed. */
  readonly stats: () => ReplicaStats
}

export interface ReplicaFailureEvent extends LogEvent {
  readonly reason: FailureReason
  readonly error: unknown
}

/** Why a log ended: `close` flushed what was deferred, `abandon` dropped it. */
export interface CloseEvent extends LogEvent {
  readonly how: 'close' | 'abandon'
}

/**
 * What a store tells. Every method is optional and is called synchronously, when the store's own state is settled (and
 * `onCommitStart` before it changes: a write from there is refused). An observer that throws cannot fail a write: its error
 * becomes a process warning.
 */
export interface StoreObserver {
  /** A log was opened, and this is what recovery found. */
  onOpen?(event: OpenEvent): void
  /** A transaction is about to wait for the medium. Always followed by `onWrite` or `onWriteFailure`, if the medium answers. */
  onCommitStart?(event: WriteStartEvent): void
  /** A write succeeded. A `commit` is durable now; a `deferred` one is visible now. */
  onWrite?(event: WriteEvent): void
  /** A write failed or was refused, and nothing of it is visible. */
  onWriteFailure?(event: WriteFailureEvent): void
  /** Something read from the medium was not what was written. */
  onCorruption?(event: CorruptionEvent): void
  /** A snapshot was written and is durable, was read and is what was written, or was removed. */
  onSnapshot?(event: SnapshotEvent): void
  /** A snapshot could not be written, read or removed. What the caller gave up itself is not told. */
  onSnapshotFailure?(event: SnapshotFailureEvent): void
  /** A state machine was opened, and this is what recovery found. */
  onStateOpen?(event: StateOpenEvent): void
  /** A chunk was applied, and can be read. */
  onApply?(event: ApplyEvent): void
  /** A chunk could not be applied, or was refused; nothing of it can be seen. */
  onApplyFailure?(event: ApplyFailureEvent): void
  /** Expired keys were removed, by themselves or with a chunk. */
  onCollect?(event: CollectEvent): void
  /** Another replica's snapshot is in use now. */
  onInstall?(event: InstallEvent): void
  /** Another replica's snapshot could not be put in use. */
  onInstallFailure?(event: InstallFailureEvent): void
  /** A state machine has written its whole state down, and the log of effects before it is not needed any more. */
  onCheckpoint?(event: StateCheckpointEvent): void
  /** A checkpoint could not be written: the log of effects goes on, and the next one tries again. */
  onCheckpointFailure?(event: StateCheckpointFailureEvent): void
  /** The state machine was closed or abandoned: nothing more will be told of it. */
  onStateClose?(event: LogEvent): void
  /** A replica was opened. Its `log` is the name of its log. */
  onReplicaOpen?(event: ReplicaOpenEvent): void
  /** Its state machine refused cleanly: applying is tried again. */
  onReplicaStall?(event: ReplicaFailureEvent): void
  /** A snapshot that was due, or the purge behind it, failed. */
  onReplicaSnapshotFailure?(event: ReplicaFailureEvent): void
  /** The replica was closed or abandoned: nothing more will be told of it. */
  onReplicaClose?(event: LogEvent): void
  /** The log was closed or abandoned: nothing more will be told of it. */
  onClose?(event: CloseEvent): void
}

/** An observer that looks away: the default. */
export const silentObserver: StoreObserver = Object.freeze({})

/** Calls `tell` so that an observer's error, also of one that is `async`, cannot be mistaken for a failed write. */
export function notify(tell: () => unknown): void {
  try {
    const told = tell()
    if (told instanceof Promise) told.catch(warn)
  } catch (error) {
    warn(error)
  }
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : messageOf(error), 'HoldfastObserverWarning')
}
