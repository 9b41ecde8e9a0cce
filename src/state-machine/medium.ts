/**
 * What a state machine keeps its state in. `StoredStateMachine` does everything else: it checks and plans chunks, decides what can
 * be seen, runs one change at a time, keeps leases, makes and installs snapshots.
 *
 * Rules for all of it: what can be read changes in one synchronous step, at the end of a method that writes, together with
 * `head`; until then, and if it fails, everything is as it was. Rows are what was stored, expired ones included: a medium knows no
 * clock. Bytes handed to `write` are the caller's own again when it has returned, also a promise; bytes handed to a builder are never
 * changed. Bytes handed out belong to who asked, unless it is said that they are lent. The methods that may return a promise are never
 * called while one of them is at work, except what a pin reads, `native`, and all of a builder but its `publish`: those go on beside
 * everything else.
 */

import type { ChunkPlan, PlanReader } from './core/plan-chunk.ts'
import type { AppliedState, Lease, Row, StateFormat, StateHead, StoredCounts } from './core/values.ts'

/** A half-open range of keys, in byte order. */
export interface RowRange {
  /** Default: from the first key on. */
  readonly from?: Uint8Array | undefined
  /** Default: to the last key. */
  readonly to?: Uint8Array | undefined
  /** From the greatest key down. Default false. */
  readonly reverse?: boolean | undefined
}

export interface RowLimit {
  /** Most rows: 1 or more. */
  readonly rows: number
  /** After this many bytes of keys and values no further row is given; there is always at least one, if there is any. */
  readonly bytes: number
}

export interface LeaseRange {
  /** The first expiry in it. */
  readonly from: number
  /** The first expiry after it; may be `Infinity`. */
  readonly to: number
}

/** A state as it can be read: now, or as of one moment. */
export interface StateReader {
  /** The same object until it changes. */
  readonly head: StateHead
  /** @throws {CorruptionError} what is stored there is not what was written */
  row(key: Uint8Array): Row | undefined
  /** @throws {CorruptionError} */
  rows(range: RowRange, limit: RowLimit): Row[]
  /**
   * Lends rows from the key `from` on, ascending, until `take` refuses one: their bytes are valid until it returns. Returns the key of
   * that one; `undefined`: there are no more. For who reads all of them, where to copy each takes longer than to read it.
   * @throws {CorruptionError}
   */
  lendRows?(from: Uint8Array | undefined, take: (row: Row) => boolean): Uint8Array | undefined
  /** By expiry, then key: the first `limit`. */
  leases(range: LeaseRange, limit: number): Lease[]
}

/** A state as of the moment when it was pinned. To be released soon: it keeps what was removed since. */
export interface PinnedState extends StateReader {
  /** Twice is fine. */
  release(): void
}

/** The writes of one chunk. */
export interface StateWrites extends Pick<ChunkPlan, 'before' | 'after' | 'entries' | 'encoded' | 'rows'> {
  /**
   * Rows that have expired by `after`'s clock and may be removed with this write; none of them is in `rows`. Removing them cannot
   * be seen, so that a medium that would have to write for it may leave them.
   */
  readonly collected: readonly Lease[]
}

/** What opening a medium found. */
export interface MediumRecovery {
  /** Nothing was there, and an empty state was created. */
  readonly isNew: boolean
  /** Entries that were applied again, from a log of effects. */
  readonly replayedEntries: number
  /** Bytes of a torn end that were cut off. */
  readonly droppedBytes: number
  /** Names of what a crash left and this open removed. */
  readonly removed: readonly string[]
}

/** A whole new state, built beside the present one. */
export interface StateBuilder {
  /** Adds rows: keys strictly ascending, over all calls. Their bytes are valid until it is done: who keeps them makes copies. */
  add(rows: readonly Row[]): void | Promise<void>
  /** Makes what was added durable, with its head: complete, and not in use yet. */
  finish(head: StateHead): void | Promise<void>
  /**
   * Puts it in the place of the present state: one atomic step on the medium, durable when it resolves. Pins of the old state
   * go on reading that.
   * @throws {WriteFailedError} `inDoubt` when the step was taken and may not be durable; else the old state is still in use
   */
  publish(): void | Promise<void>
  /** Leaves nothing of it behind. After `publish` it does nothing. */
  discard(): void | Promise<void>
}

/** What an image of a medium's own kind holds, read from the image. */
export interface ImageContent {
  readonly head: StateHead
  readonly format: StateFormat
  readonly counts: StoredCounts
}

/** An image that is being taken. */
export interface NativeImage extends ImageContent {
  /**
   * Its bytes, once, in pieces that are valid until the next is asked for. The state that they are of is pinned until `release`.
   * @throws {CorruptionError} the medium's files are damaged
   */
  readonly pieces: AsyncIterable<Uint8Array>
  /** Twice is fine. */
  release(): void
}

/** Copies of the medium's own files, for replicas on the same kind of medium. */
export interface NativeImages {
  /** The kind in a snapshot's manifest: `lmdb`. */
  readonly kind: string
  /** An image of the present state. Nothing waits for it. */
  take(): NativeImage
  /**
   * A builder that has everything of the image at `path` already: `add` is not called, and `finish` only makes it durable.
   * @throws {SnapshotError} `corrupt`: it is damaged or cut short, and was not mapped
   */
  build(path: string): Promise<StateBuilder & ImageContent>
}

export interface StateMedium extends StateReader, Pick<PlanReader, 'rowToPlan'> {
  /** In errors and metrics. */
  readonly name: string
  /** The node's directory for this state machine: absolute. Staging files and snapshots live in it as well. */
  readonly directory: string
  /** What it was created with. */
  readonly format: StateFormat
  /** What a loss of power would leave now. */
  readonly durable: AppliedState
  readonly native?: NativeImages
  /**
   * Opens what is there, or creates an empty state of `format`; becomes the directory's owner. Called once, first.
   * @throws {LogLockedError} @throws {CorruptionError} @throws {FormatVersionError} @throws {WriteFailedError}
   * @throws {ForeignStateError} what is there was created with another format; it is untouched
   */
  recover(format: StateFormat): MediumRecovery | Promise<MediumRecovery>
  /**
   * Applies the writes of a chunk: all or none. Durable as the medium's sync policy has it.
   * @throws {WriteFailedError} nothing of it is there; or `inDoubt`, and the medium must not be used any more
   */
  write(writes: StateWrites): void | Promise<void>
  /** Removes rows that have expired: leases that `leases` gave. Neither head nor durability changes. */
  collect(leases: readonly Lease[]): void | Promise<void>
  counts(): StoredCounts
  /** Makes everything written durable. */
  sync(): void | Promise<void>
  /** Writes down the whole state where the medium does that; else as `sync`. */
  checkpoint(): void | Promise<void>
  /** The present state, for as long as it is not released. */
  pin(): PinnedState
  /** Begins a new state of the same format. There may be several until one is published. */
  build(): StateBuilder | Promise<StateBuilder>
  /** Size of its files, for an operator. */
  sizeBytes(): number
  /** Waits for pins and copies to end, then gives up the directory. Twice is fine. Not needed for durability. */
  close(): void | Promise<void>
  /** What SIGKILL leaves: gives up the directory at once and writes nothing. Twice is fine. */
  abandon(): void
}
