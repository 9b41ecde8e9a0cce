export { checkDirectory } from './check-options.ts'
export type { CompactImage } from './compact-image.ts'
export { type KeyRange, LmdbDatabase } from './database.ts'
export {
  LmdbEnvironment,
  type LmdbEnvironmentOptions,
  type LmdbPin,
  type Transaction,
  type TransactionSites,
} from './environment.ts'
export type { FileCheck } from './file-check.ts'
export { findOwnerPid, OwnerLock } from './owner-lock.ts'
export type { CheckedKeys } from './range-check.ts'
export type { EnvironmentStats } from './root-database.ts'
export { LmdbSnapshot } from './snapshot.ts'
