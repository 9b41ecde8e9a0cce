export { type KeyRange, LmdbDatabase } from './database.ts'
export {
  type EnvironmentStats,
  LmdbEnvironment,
  type LmdbEnvironmentOptions,
  type Transaction,
  type TransactionSites,
} from './environment.ts'
