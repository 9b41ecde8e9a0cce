export { bytesCodec, type Codec, createCborCodec } from './codec/index.ts'
export {
  CompactedError,
  CorruptionError,
  type DefectPlace,
  type FailureReason,
  FeatureDisabledError,
  FormatVersionError,
  failureReasons,
  HardStateRegressionError,
  HoldfastError,
  InvalidArgumentError,
  LogClosedError,
  LogGapError,
  LogLockedError,
  LogNotFoundError,
  PoisonedError,
  SnapshotError,
  type SnapshotErrorKind,
  type TermAndVote,
  UnavailableError,
  WriteFailedError,
} from './errors.ts'
export {
  type EnvironmentStats,
  type KeyRange,
  type LmdbDatabase,
  LmdbEnvironment,
  type LmdbEnvironmentOptions,
  type Transaction,
  type TransactionSites,
} from './lmdb/index.ts'
export * from './log/index.ts'
export type {
  CloseEvent,
  CorruptionEvent,
  LogEvent,
  OpenEvent,
  StoreObserver,
  WriteClass,
  WriteEvent,
  WriteFailureEvent,
  WriteStartEvent,
} from './observer.ts'
