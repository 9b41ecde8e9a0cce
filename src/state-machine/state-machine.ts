/** The port: what a replicated key-value state machine does, whatever it keeps its state in. See `docs/state-machine.md`. */

import type { UnusableSnapshot } from '../raft/index.ts'
import type { ApplyEntry } from './core/check-chunk.ts'
import type { ApplyResult } from './core/plan-chunk.ts'
import type { AppliedState, Membership } from './core/values.ts'
import type { MediumRecovery } from './medium.ts'
import type { SnapshotInstall, SnapshotManifest, SnapshotSource } from './snapshots/manifest.ts'

/** `created` until it is opened; `failed` after something that only opening anew can set right. */
export type StateMachineState = 'created' | 'running' | 'stopped' | 'failed' | 'closed'

/** What `open` found. */
export interface RecoveryInfo extends MediumRecovery {
  readonly applied: AppliedState
  readonly durationMs: number
  /** Snapshots that are there and cannot be used, as far as that is to be seen without reading them. */
  readonly unusableSnapshots: readonly UnusableSnapshot[]
}

/** A value as it can be read. The bytes are the caller's own. */
export interface ReadValue {
  readonly value: Uint8Array
  readonly createIndex: number
  readonly modIndex: number
  readonly expireAt?: number
}

export interface ApplyOptions {
  /** Results say what was there before. Default false. */
  readonly wantPrev?: boolean
}

export interface ApplyReport {
  /** One for each entry handed in, in order. */
  readonly results: readonly ApplyResult[]
  readonly applied: AppliedState
  /** The clock and the chain of `applied`. */
  readonly clock: number
  readonly chain: number
  /** Whether `applied` is what a loss of power would leave. */
  readonly durable: boolean
  /** Keys whose expiry the clock passed, in the order in which it did; `truncated` when there are more than 1,000. */
  readonly expired: readonly Uint8Array[] | 'truncated'
}

export interface ScanOptions {
  /** The first key. */
  readonly gte?: Uint8Array
  /** The first key after it. */
  readonly lt?: Uint8Array
  /** Only keys that begin so; with `gte` or `lt`: of those, these. */
  readonly prefix?: Uint8Array
  /** Most items: 1 or more. */
  readonly limit: number
  /** From the greatest key down. Default false. */
  readonly reverse?: boolean
}

export interface ScanResult {
  readonly items: readonly (readonly [key: Uint8Array, value: ReadValue])[]
  readonly at: AppliedState
  /** Where to go on: as `gte`, or with `reverse` as `lt`. `undefined` when there is no more. */
  readonly next?: Uint8Array
}

export interface GetMultiResult {
  /** In the order of the keys; `undefined` for one that is not there. */
  readonly values: readonly (ReadValue | undefined)[]
  readonly at: AppliedState
}

/** Reads of one moment. Release it soon; it ends by itself when it is too old. */
export interface StateView {
  readonly at: AppliedState
  /** @throws {SnapshotError} `closed`: it was released, or is older than the state machine's `viewAgeMaxMs` */
  get(key: Uint8Array): ReadValue | undefined
  /** @throws {SnapshotError} `closed` */
  scan(options: ScanOptions): ScanResult
  /** Twice is fine. */
  release(): void
  [Symbol.dispose](): void
}

/** What can be seen: expired keys do not count, whether they were collected or not. */
export interface StateSize {
  readonly keys: number
  readonly leases: number
  /** Of keys and values. */
  readonly bytes: number
}

/** Leases by the replicated clock: never by a clock of this machine. */
export interface LeaseView {
  /** Leases that have not expired. */
  readonly size: number
  /** The earliest expiry among them. */
  nextExpiry(): number | undefined
  /** When `key` expires: `undefined` if it does not, has, or is not there. */
  expireAt(key: Uint8Array): number | undefined
  /** Whether `key` is still stored and has expired. */
  isExpired(key: Uint8Array): boolean
  /** Whether any expired key is still stored. */
  mayHaveExpired(): boolean
  /** Expired keys that are still stored, by expiry, then key: the first `limit`. */
  expired(limit: number): Uint8Array[]
}

export interface CreateSnapshotRequest {
  /** `stream`: the same bytes on every replica. `native`: a copy of the medium's files, where it has that. Default `stream`. */
  readonly kind?: 'native' | 'stream'
  readonly signal?: AbortSignal
}

export interface DigestOptions {
  /** Reads everything, and takes the SHA-256 of the canonical stream. Default false. */
  readonly deep?: boolean
}

export interface StateDigest {
  readonly at: AppliedState
  readonly chain: number
  /** 64 lower-case hexadecimal digits. Only if `deep`. */
  readonly sha256?: string
}

/**
 * A replicated state machine: what it holds is a function of the entries that were applied, and of nothing else.
 *
 * All methods but `state`, `open`, `start`, `close` and `abandon` throw `LogClosedError` after `close`, `PoisonedError` when it
 * has failed, and `NotServingError` when it is not open. Those that read or apply also need it to be started.
 */
export interface StateMachine {
  /** In errors and metrics. */
  readonly name: string
  readonly state: StateMachineState
  /** Whose state it keeps; absent or empty where it was not told. */
  readonly clusterId?: string | undefined
  /** Recovers. Does not serve yet. Once. */
  open(): Promise<RecoveryInfo>
  /** Serves from here on. Opens first, if need be. Twice is fine, and so is after `stop`. */
  start(): Promise<void>
  /** Serves no more, and flushes. Twice is fine. */
  stop(): Promise<void>
  /** Ends, when readers and snapshots have. Twice is fine. What was durable does not depend on it. */
  close(): Promise<void>
  /** What SIGKILL leaves: ends at once and writes nothing. For tests. */
  abandon(): void
  applied(): AppliedState
  /** What a loss of power would leave now: a log may be trimmed up to here, or to a durable snapshot. */
  durableApplied(): AppliedState
  membership(): Membership | undefined
  /**
   * Applies committed entries: all or none, one chunk after the other. Entries that were applied already are answered
   * `ALREADY_APPLIED` and change nothing. Durable when it resolves, unless the medium's sync policy says otherwise.
   * @param entries  consecutive; 0 to 4,096, of at most 16 MiB together unless there is only one
   * @throws {ChunkRejectedError} @throws {InvalidArgumentError} it is no piece of the log; nothing was changed
   * @throws {UndecodableEntryError} @throws {DivergenceError} nothing was changed, and the state machine has failed
   * @throws {WriteFailedError} the medium refused; nothing was changed, or, `inDoubt`, the state machine has failed
   * @throws {CorruptionError} what it had to read is damaged; nothing was changed, and the state machine has failed
   */
  applyChunk(entries: readonly ApplyEntry[], options?: ApplyOptions): Promise<ApplyReport>
  /** Resolves when `index` is applied. @throws the signal's reason, or as all methods do when it is closed or fails first */
  waitApplied(index: number, signal?: AbortSignal): Promise<AppliedState>
  /** @throws {CorruptionError} what is stored there is not what was written */
  get(key: Uint8Array): ReadValue | undefined
  /** All of one moment. */
  getMulti(keys: readonly Uint8Array[]): GetMultiResult
  scan(options: ScanOptions): ScanResult
  view(): StateView
  /** Takes time with the expired keys that were not collected, not with all keys. */
  size(): StateSize
  readonly leases: LeaseView
  /** One at a time. Chunks are applied meanwhile. Durable when it resolves. @throws {SnapshotError} `inProgress` */
  createSnapshot(request?: CreateSnapshotRequest): Promise<SnapshotManifest>
  /** The newest usable one. */
  currentSnapshot(): Promise<SnapshotManifest | undefined>
  /** Newest first, those whose manifest can be read. */
  listSnapshots(): Promise<SnapshotManifest[]>
  /** @throws {SnapshotError} `notFound`, `corrupt`, `incomplete` */
  openSnapshot(id: string): Promise<SnapshotSource>
  /**
   * Begins to receive another replica's snapshot, or goes on where an earlier one ended. Everything is served meanwhile.
   * @throws {SnapshotError} `stale`: it is not newer than what is applied
   * @throws {ForeignStateError} @throws {FormatVersionError} @throws {DivergenceError}
   */
  beginInstall(manifest: SnapshotManifest): Promise<SnapshotInstall>
  /** Makes everything applied durable. */
  flush(): Promise<AppliedState>
  /** Also writes the whole state down, where the medium does that. */
  checkpoint(): Promise<AppliedState>
  /** Begins anew, with nothing applied and no snapshots: all or nothing. */
  reset(): Promise<void>
  /** Removes up to `limit` expired keys. Nobody can see it. Returns how many. */
  collectExpired(limit: number): Promise<number>
  digest(options?: DigestOptions): Promise<StateDigest>
  [Symbol.asyncDispose](): Promise<void>
}
