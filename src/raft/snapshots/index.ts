/** Snapshots in files: written beside the others, published whole, and checked when they are read. See `docs/snapshots.md`. */
export { type SnapshotSite, snapshotSites } from './sites.ts'
export type { SnapshotFile } from './snapshot-file.ts'
export type { SnapshotInfo, SnapshotMeta, UnusableSnapshot } from './snapshot-info.ts'
export { membershipBytesMax } from './snapshot-metadata.ts'
export type {
  CreateSnapshotOptions,
  LatestSnapshot,
  ReadSnapshotOptions,
  SnapshotStoreOptions,
} from './snapshot-options.ts'
export type { SnapshotReader } from './snapshot-reader.ts'
export { SnapshotStore } from './snapshot-store.ts'
export type { SnapshotWriter } from './snapshot-writer.ts'
