/** What is known of a snapshot, before it is written and after. */
import type { FormatVersionError, SnapshotError } from '../../errors.ts'

/** What a snapshot is of: the caller's part. */
export interface SnapshotMeta {
  /** Index of the last entry that the snapshot covers. A safe integer >= 0. */
  readonly index: number
  /** Term of that entry. A safe integer >= 0. */
  readonly term: number
  /** Who was a member at that entry, in the engine's own encoding: at most 1 MiB. Default: none. */
  readonly membership?: Uint8Array | undefined
}

/** A snapshot that is published: whole, and on the medium. */
export interface SnapshotInfo extends SnapshotMeta {
  /** Unique; sorts, as a string, as snapshots are ordered. */
  readonly id: string
  /** Length of the data. */
  readonly bytes: number
  /** Of the data, as 64 lower-case hexadecimal digits. */
  readonly sha256: string
  /** When its writing began, by this machine's clock: milliseconds since 1970. */
  readonly createdAt: number
}

/** A snapshot that is there and cannot be used. It is kept: what is to become of it is for the operator to decide. */
export interface UnusableSnapshot {
  readonly id: string
  readonly error: SnapshotError | FormatVersionError
}
