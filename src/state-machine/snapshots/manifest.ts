/** What is known of a state machine's snapshot, and the two ends of its way to another replica. */
import type { AppliedState, Membership, StateFormat, StoredCounts } from '../core/values.ts'

/** Bytes of every block but the last. */
export const blockBytes: number = 1024 * 1024

/**
 * A snapshot, as it says of itself: all of it was read from the snapshot. Plain data but for the membership's bytes; to send it
 * use `encodeManifest`.
 */
export interface SnapshotManifest extends StateFormat {
  /** Of the manifest and of the image. */
  readonly version: 1
  /** `stream`: canonical, for any state machine. Anything else is a medium's own: `lmdb`. */
  readonly kind: string
  /** In the store that it comes from. */
  readonly id: string
  readonly applied: AppliedState
  readonly membership: Membership | undefined
  /** Length of the image. */
  readonly bytes: number
  /** CRC-32 of each block of the image: 1 MiB each, and what is left. */
  readonly checksums: readonly number[]
  /** SHA-256 over the length and the checksums, as 64 lower-case hexadecimal digits: images with the same are the same. */
  readonly root: string
  /** Of a `stream`: what can be seen. Of others: what is stored. */
  readonly counts: StoredCounts
}

/** One block of an image. */
export interface SnapshotBlock {
  /** 0 for the first. */
  readonly block: number
  readonly bytes: Uint8Array
  readonly checksum: number
}

export interface BlocksOptions {
  /**
   * Puts each block where the one before it was: its bytes are valid until the next is asked for. Memory of its own for each is much of
   * the garbage collector's work where a snapshot has gigabytes. Default: each is the caller's to keep.
   */
  readonly reuseMemory?: boolean | undefined
}

/** A snapshot that is being read. While it is open it is not removed. */
export interface SnapshotSource {
  readonly manifest: SnapshotManifest
  /**
   * Its blocks from `from` on, each checked against its checksum.
   * @throws {SnapshotError} `corrupt`, `incomplete`
   */
  blocks(from?: number, options?: BlocksOptions): AsyncIterable<SnapshotBlock>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** A snapshot that is being received. What was written stays over a restart, until it is committed or aborted. */
export interface SnapshotInstall {
  /** Blocks that are there and right. */
  have(): ReadonlySet<number>
  /**
   * Takes one block, in any order; one that is there already is taken again.
   * @throws {SnapshotError} `corrupt`: it is not what the manifest says; nothing was changed
   * @throws {WriteFailedError}
   */
  write(block: number, bytes: Uint8Array): Promise<void>
  /**
   * Verifies everything and puts it in the place of the present state, which is served until then. All or nothing; durable when
   * it resolves. The snapshot is then among this node's own.
   * @throws {SnapshotError} `incomplete`: blocks are missing, and can still be written; `corrupt`, `mismatch`, `stale`: it was dropped
   * @throws {WriteFailedError} the old state still serves, or, `inDoubt`, the state machine has failed
   */
  commit(signal?: AbortSignal): Promise<AppliedState>
  /** Leaves nothing of it behind. After `commit` it does nothing. */
  abort(): Promise<void>
}
