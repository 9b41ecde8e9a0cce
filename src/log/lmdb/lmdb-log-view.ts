/** A log as it is at one moment, for tools: read-only, beside its running owner. */
import { LogNotFoundError } from '../../errors.ts'
import { type FileCheck, LmdbSnapshot } from '../../lmdb/index.ts'
import type { LogStore } from '../log-store.ts'
import { StoredLog } from '../stored-log.ts'
import { LmdbMedium } from './lmdb-medium.ts'

export interface LmdbLogViewOptions {
  /** The log's name in its environment. Default `log`. */
  readonly name?: string | undefined
  /**
   * How much of the data file is checked first: see `LmdbEnvironmentOptions`. An owner that commits all the while keeps `tree`
   * from being done, and it is `used` then, of the view's own moment. Default `used`.
   */
  readonly checkFile?: FileCheck | undefined
}

/** A log that cannot be written to, and can say what metadata it holds. */
export interface LogView extends LogStore {
  /** The keys of all metadata, sorted. */
  metaKeys(): string[]
}

/**
 * Opens a view of the log in `directory`, as of now. It takes no lock, so that it may stand beside the owner, whose later
 * commits it does not see; writes throw `WriteFailedError` with reason `read_only`. While it is open the owner's data file
 * cannot use again the pages that it shows: close it soon.
 * @throws {LogNotFoundError} no log of that name is there
 * @throws {CorruptionError} @throws {FormatVersionError} as {@link openLmdbLog}
 */
export function openLmdbLogView(directory: string, options: LmdbLogViewOptions = {}): LogView {
  const { name = 'log', checkFile } = options
  const environment = LmdbSnapshot.open(directory, name, checkFile)
  const database = environment.database
  if (database === undefined) {
    environment.close()
    throw new LogNotFoundError(name, `No log "${name}" is in ${directory}; check the name`)
  }
  const release = (): void => environment.close()
  return new StoredLog(new LmdbMedium({ name, environment, database, failpoints: undefined, release }))
}

/**
 * The names of the logs in `directory`, and of any other databases of its environment, sorted.
 * @throws {LogNotFoundError} @throws {CorruptionError} @throws {FormatVersionError} as {@link openLmdbLogView}
 */
export function listLmdbLogs(
  directory: string,
  { checkFile }: Pick<LmdbLogViewOptions, 'checkFile'> = {},
): string[] {
  const environment = LmdbSnapshot.open(directory, undefined, checkFile)
  try {
    return environment.databaseNames()
  } finally {
    environment.close()
  }
}
