/** The default store: a durable log on LMDB. */
import { InvalidArgumentError, LogNotFoundError } from '../../errors.ts'
import { LmdbEnvironment, type LmdbEnvironmentOptions } from '../../lmdb/index.ts'
import type { LogStore } from '../log-store.ts'
import { StoredLog, type StoredLogOptions } from '../stored-log.ts'
import { LmdbMedium } from './lmdb-medium.ts'

export interface LmdbLogInOptions extends StoredLogOptions {
  /** Create the log when it is not there. Default false: a mistyped name must not look like an empty log. */
  readonly create?: boolean | undefined
}

export interface LmdbLogOptions extends StoredLogOptions, LmdbEnvironmentOptions {
  /** The log's name in its environment, and in errors and metrics. Default `log`. */
  readonly name?: string | undefined
}

/**
 * Opens the log in `directory`, by default creating both, and becomes the owner of the directory until the log is closed.
 * What an earlier owner committed is there; what it only deferred may be lost, from the newest on.
 * @throws {LogLockedError} the directory has an owner, in this process or another
 * @throws {LogNotFoundError} no log is there and `create` is false, or the data file is another program's
 * @throws {InvalidArgumentError} `directory` is a file, or an option is out of range
 * @throws {CorruptionError} what is there was damaged or cut short: rebuild this node
 * @throws {FormatVersionError} it was written by a newer version: open it with that
 * @throws {WriteFailedError} the directory cannot be written to
 * @throws {FeatureDisabledError} this host has no owner lock: see `allowUnlocked`
 */
export function openLmdbLog(directory: string, options: LmdbLogOptions = {}): LogStore {
  const { name = 'log', create = true } = options
  const environment = LmdbEnvironment.open(directory, options)
  try {
    return openIn(environment, name, { ...options, create }, () => environment.close())
  } catch (error) {
    environment.close()
    throw error
  }
}

/**
 * Opens the log called `name` in an environment that the caller owns, shares among logs, and closes after them.
 * @throws {LogNotFoundError} the environment has no log of that name, and `create` is not set
 * @throws {LogLockedError} the log is open already
 * @throws {CorruptionError} @throws {FormatVersionError} @throws {WriteFailedError} as {@link openLmdbLog}
 */
export function openLmdbLogIn(
  environment: LmdbEnvironment,
  name: string,
  options: LmdbLogInOptions = {},
): LogStore {
  if (!(environment instanceof LmdbEnvironment)) {
    throw new InvalidArgumentError(
      'environment',
      'Cannot open a log: give an environment that LmdbEnvironment.open returned',
    )
  }
  return openIn(environment, name, options, () => undefined)
}

function openIn(
  environment: LmdbEnvironment,
  name: string,
  options: LmdbLogInOptions,
  afterwards: () => void,
): LogStore {
  const create = options.create ?? false
  const database = environment.openDatabase(name, { create })
  if (database === undefined) throw notFound(environment, name)
  const unclaim = environment.claim(name)
  const medium = new LmdbMedium({
    name,
    environment,
    database,
    failpoints: options.failpoints,
    release: () => {
      unclaim()
      afterwards()
    },
  })
  try {
    if (medium.isBlank) {
      // The database was created and its first commit never came.
      if (!create) throw notFound(environment, name)
      medium.initialize()
    }
    return new StoredLog(medium, options)
  } catch (error) {
    medium.release()
    throw error
  }
}

function notFound(environment: LmdbEnvironment, name: string): LogNotFoundError {
  return new LogNotFoundError(
    name,
    `No log "${name}" is in ${environment.directory}; check the name, or open it with create: true`,
  )
}
