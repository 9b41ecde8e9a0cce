/** Replicated key-value state machines: applied from a log, with leases and snapshots. See `docs/state-machine.md`. */
export { type ApplyEntry, type ChunkLimits, chunkLimitsDefault } from './core/check-chunk.ts'
export { ClusterClock } from './core/cluster-clock.ts'
export {
  type Command,
  commandCodec,
  commandKinds,
  decodeCommand,
  encodeCommand,
  type TimedCommand,
} from './core/command.ts'
export { keyBytesMax, ttlMsMax, valueBytesMax } from './core/limits.ts'
export { type ApplyResult, expiredMax } from './core/plan-chunk.ts'
export { type ResultCode, resultCodes } from './core/result-codes.ts'
export { type AppliedState, type Membership, nothingApplied, type StateFormat } from './core/values.ts'
export * from './errors.ts'
export { FileStateMachine, type FileStateMachineOptions } from './files/file-state-machine.ts'
export type { CheckpointEvent, SyncPolicy } from './files/options.ts'
export { fileStateSites } from './files/sites.ts'
export {
  LmdbStateMachine,
  type LmdbStateMachineOptions,
  type StateFileCheck,
} from './lmdb/lmdb-state-machine.ts'
export { lmdbStateSites } from './lmdb/sites.ts'
export * from './replica/index.ts'
export { stateSites } from './sites.ts'
export type {
  BlocksOptions,
  SnapshotBlock,
  SnapshotInstall,
  SnapshotManifest,
  SnapshotSource,
} from './snapshots/manifest.ts'
export { decodeManifest, encodeManifest } from './snapshots/manifest-codec.ts'
export type {
  ApplyOptions,
  ApplyReport,
  CreateSnapshotRequest,
  DigestOptions,
  GetMultiResult,
  LeaseView,
  ReadValue,
  RecoveryInfo,
  ScanOptions,
  ScanResult,
  StateDigest,
  StateMachine,
  StateMachineState,
  StateSize,
  StateView,
} from './state-machine.ts'
export type { StateMachineOptions } from './stored/options.ts'
