/** A log as it is at one moment, for tools: read-only, beside its running owner. */
import { LmdbSnapshot } from '../../lmdb/index.ts'
import type { LogStore } from '../log-store.ts'
import { StoredLog } from '../stored-log.ts'
import { LmdbMedium } from './lmdb-medium.ts'

export interface LmdbLogViewOptions {
  /** The log's name in its environment. Default `log`. */
  readonly name?: string | undefined
}

/**
 * Opens a view of the log in `directory`, as of now. It takes no lock, so that it may stand beside the owner, whose later
 * commits it does not see; writes throw `WriteFailedError` with reason `read_only`. While it is open the owner's data file
 * cannot use again the pages that it shows: close it soon.
 * @throws {LogNotFoundError} no log of that name is there
 * @throws {CorruptionError} @throws {FormatVersionError} as {@link openLmdbLog}
 */
export function openLmdbLogView(directory: string, options: LmdbLogViewOptions = {}): LogStore {
  const { name = 'log' } = options
  const environment = new LmdbSnapshot(directory, name)
  const { database } = environment
  const release = (): void => environment.close()
  return new StoredLog(new LmdbMedium({ name, environment, database, failpoints: undefined, release }))
}
