/** Raft's storage contract on a log: entries with terms, hard state, and snapshots. See `docs/raft.md`. */
export { asDEngineStorage, type DEngineStorage } from './as-d-engine-storage.ts'
export {
  asEtcdRaftStorage,
  type EtcdHardState,
  type EtcdInitialState,
  type EtcdRaftStorage,
  type EtcdRaftStorageOptions,
  type EtcdSnapshot,
} from './as-etcd-raft-storage.ts'
export type { RaftLogOptions } from './core.ts'
export { type EntryKind, entryKinds, entryOverheadBytes, type LogId, type RaftEntry } from './entry.ts'
export { type HardState, HardStateStore } from './hard-state-store.ts'
export { type RaftOperation, raftOperations } from './operations.ts'
export { type EntriesLimit, RaftLog } from './raft-log.ts'
export {
  type OpenLogOptions,
  type RaftRecovery,
  RaftStorage,
  type RaftStorageOptions,
} from './raft-storage.ts'
export type { ServerId } from './records.ts'
export { raftSites } from './sites.ts'
export * from './snapshots/index.ts'
