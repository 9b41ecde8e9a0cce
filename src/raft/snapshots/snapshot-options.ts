/** What the methods of a store take and give. */
import type { FailpointRegistry } from '../../../failpoints/index.ts'
import type { SnapshotOperation, StoreObserver } from '../../observer.ts'
import type { SnapshotInfo, UnusableSnapshot } from './snapshot-info.ts'

export interface SnapshotStoreOptions {
  /** In errors, events and metrics: the name of the log that the snapshots are of. Default `log`. */
  readonly name?: string | undefined
  readonly observer?: StoreObserver | undefined
  readonly failpoints?: FailpointRegistry | undefined
}

export interface CreateSnapshotOptions {
  /** Whose state it is, for the observer: this node's own (`create`) or a leader's (`install`). Default `create`. */
  readonly operation?: Extract<SnapshotOperation, 'create' | 'install'> | undefined
}

export interface ReadSnapshotOptions {
  /** Aborting it ends the reading with an `AbortError`. Default: none. */
  readonly signal?: AbortSignal | undefined
}

/** What `SnapshotStore.latestUsable` found. */
export interface LatestSnapshot {
  /** The newest snapshot whose every byte was read and is right; `undefined` when there is none. */
  readonly info: SnapshotInfo | undefined
  /** Those that are newer and cannot be used, newest first. */
  readonly unusable: readonly UnusableSnapshot[]
}
