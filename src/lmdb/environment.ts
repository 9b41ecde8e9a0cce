/**
 * The LMDB environment: a directory with one data file, one owner, and exactly one kind of transaction, the fully synced one.
 *
 * Measured on ext4: a non-synced LMDB transaction reuses pages that the last synced meta page still needs, so that a power
 * loss takes data that had been synced long before. Hence no `NO_SYNC_FLUSH`, `noSync`, `noMetaSync`, `mapAsync`,
 * `useWritemap`, and no asynchronous put: what may wait, waits in memory.
 *
 * What is assumed of the disk: a write that was synced stays, and the 128 bytes of a meta page are written whole or, when
 * torn, leave the other meta page in charge.
 */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { FailpointRegistry } from '../../failpoints/index.ts'
import {
  HoldfastError,
  InvalidArgumentError,
  LogClosedError,
  LogLockedError,
  LogNotFoundError,
  PoisonedError,
  WriteFailedError,
} from '../errors.ts'
import { makeDirectoryDurable, publishFile, syncDirectory } from '../files/index.ts'
import { classifyWriteFailure, InjectedFailure, type WriteFailure } from '../write-failure.ts'
import { assertDataFileIsWhole } from './data-file.ts'
import { LmdbDatabase } from './database.ts'
import { assertRoom, isOutOfSpace, NoRoomError } from './disk-space.ts'
import { OwnerLock } from './owner-lock.ts'
import {
  binary,
  checkMarker,
  dataFileName,
  type EnvironmentStats,
  openRoot,
  type Root,
  statsOf,
  writeMarker,
} from './root-database.ts'

export interface LmdbEnvironmentOptions {
  /** Create the directory and the data file when they are not there. Default true. */
  readonly create?: boolean | undefined
  /** Where the map begins, in bytes; it grows by itself. Default: LMDB's own. */
  readonly mapSize?: number | undefined
  /** How many named databases there may be: 1 to 4096. Default 128. */
  readonly databasesMax?: number | undefined
  /** Go on without an owner lock where this host has none: you promise by other means that there is one owner. Default false. */
  readonly allowUnlocked?: boolean | undefined
}

export interface Transaction {
  /** Who writes, for errors. */
  readonly log: string
  readonly operation: string
  /** Most that the data file may grow by; without that much room nothing is tried. Default 0: try. */
  readonly growthBytesMax?: number
  /** Whether what the caller believes to be stored still is. Asked after a write was refused. */
  readonly isUnchanged?: () => boolean
  readonly sites?: TransactionSites
}

export interface TransactionSites {
  readonly failpoints: FailpointRegistry | undefined
  readonly before: string
  readonly inside: string
  readonly after: string
}

const stagingName = 'holdfast.staging'
/** Readers that died without saying so keep pages from being used again; this often, LMDB is told to look for them. */
const commitsPerReaderCheck = 1024

export class LmdbEnvironment {
  readonly directory: string
  readonly #root: Root
  readonly #lock: OwnerLock
  readonly #databases = new Map<string, LmdbDatabase>()
  readonly #claimed = new Set<string>()
  #poison: { readonly cause: unknown } | undefined
  #isClosed = false
  #isWriting = false
  #commits = 0

  /**
   * Opens the environment in `directory` and becomes its owner. A new data file is built aside, synced and published by
   * rename, so that a crash while creating leaves either nothing or a whole one.
   * @throws {LogLockedError} it has an owner
   * @throws {LogNotFoundError} nothing is there and `create` is false, or the data file is another program's
   * @throws {InvalidArgumentError} `directory` is a file
   * @throws {CorruptionError} the data file is damaged or cut short
   * @throws {FormatVersionError} the data file was made by a newer version
   * @throws {WriteFailedError} the directory cannot be written to
   * @throws {FeatureDisabledError} this host has no owner lock: see `allowUnlocked`
   */
  static open(directory: string, options: LmdbEnvironmentOptions = {}): LmdbEnvironment {
    checkOptions(directory, options)
    return refusingCleanly(directory, () => {
      prepareDirectory(directory, options.create ?? true)
      const lock = OwnerLock.acquire(directory, { allowUnlocked: options.allowUnlocked ?? false })
      try {
        return new LmdbEnvironment(directory, lock, options)
      } catch (error) {
        lock.release()
        throw error
      }
    })
  }

  private constructor(directory: string, lock: OwnerLock, options: LmdbEnvironmentOptions) {
    this.directory = directory
    this.#lock = lock
    const dataFile = join(directory, dataFileName)
    rmSync(join(directory, stagingName), { recursive: true, force: true })
    if (!existsSync(dataFile)) {
      if (!(options.create ?? true)) throw notFound(directory)
      publishNewDataFile(directory)
    }
    assertDataFileIsWhole(dataFile)
    this.#root = openRoot(directory, options)
    try {
      checkMarker(directory, this.#root)
    } catch (error) {
      void this.#root.close()
      throw error
    }
  }

  get isPoisoned(): boolean {
    return this.#poison !== undefined
  }

  /** Throws unless calls can be served. `log` and `operation` are for the message. */
  assertUsable(log: string, operation: string): void {
    if (this.#isClosed) throw new LogClosedError(log, operation)
    if (this.#poison) throw new PoisonedError(log, operation, this.#poison.cause)
  }

  /** Refuses every later call with `PoisonedError`, until the environment is opened anew. */
  poison(cause: unknown): void {
    this.#poison ??= { cause }
  }

  /** The named database, or `undefined` when it is not there and `create` is false. Creating it is durable on return. */
  openDatabase(name: string, options: { readonly create: boolean }): LmdbDatabase | undefined {
    this.assertUsable(name, 'open')
    checkDatabaseName(name)
    const known = this.#databases.get(name)
    if (known) return known
    const opened = refusingCleanly(name, () =>
      this.#root.openDB({ ...binary, name, create: options.create } as never),
    )
    if (opened === undefined) return undefined
    const database = new LmdbDatabase(opened)
    this.#databases.set(name, database)
    return database
  }

  /**
   * Gives `name` one user at a time. Returns what gives it up again.
   * @throws {LogLockedError} somebody uses it
   */
  claim(name: string): () => void {
    if (this.#claimed.has(name)) throw new LogLockedError(`log "${name}" in ${this.directory}`, process.pid)
    this.#claimed.add(name)
    return () => this.#claimed.delete(name)
  }

  /**
   * Runs `work` in the one kind of transaction. When it returns, everything `work` wrote is durable; when it throws, nothing
   * of it is there, unless the error says `inDoubt`: then the environment is poisoned.
   * What `work` throws of its own aborts the transaction and passes through.
   */
  transact(transaction: Transaction, work: () => void): void {
    const { log, operation, sites } = transaction
    this.assertUsable(log, operation)
    // LMDB would make it part of the transaction that is open, and return before it is durable.
    assert(!this.#isWriting, 'a transaction may not begin inside another')
    this.#isWriting = true
    let isCommitted = false
    try {
      assertRoom(this.#dataFile, transaction.growthBytesMax ?? 0)
      hit(sites, 'before')
      this.#root.transactionSync(() => {
        work()
        hit(sites, 'inside')
      })
      isCommitted = true
      if (++this.#commits % commitsPerReaderCheck === 0) this.#root.readerCheck()
      hit(sites, 'after')
    } catch (cause) {
      const failure = isCommitted ? { reason: 'injected' as const, inDoubt: true } : this.#classify(cause)
      if (failure === undefined) throw cause
      const inDoubt = failure.inDoubt || !this.#isIntact(transaction)
      if (inDoubt) this.poison(cause)
      throw new WriteFailedError({ log, operation, cause, reason: failure.reason, inDoubt })
    } finally {
      this.#isWriting = false
    }
  }

  stats(): EnvironmentStats {
    return statsOf(this.directory, this.#root)
  }

  /** Closes the environment and gives up its lock; logs in it are closed by that. Writes nothing. Twice is fine. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    try {
      void this.#root.close()
    } finally {
      this.#lock.release()
    }
  }

  [Symbol.dispose](): void {
    this.close()
  }

  get #dataFile(): string {
    return join(this.directory, dataFileName)
  }

  #classify(cause: unknown): WriteFailure | undefined {
    const failure = classifyWriteFailure(cause)
    const isOurs = cause instanceof InjectedFailure || cause instanceof NoRoomError
    if (failure === undefined || isOurs) return failure
    // LMDB reports a write that came back short as an I/O error, and a full disk is the usual reason for one.
    if (failure.reason === 'io' && isOutOfSpace(this.#dataFile)) return { reason: 'no_space', inDoubt: false }
    // A disk with room that says it has none may have said so to a sync.
    if (failure.reason === 'no_space' && !isOutOfSpace(this.#dataFile))
      return { reason: 'no_space', inDoubt: true }
    return failure
  }

  /** After a refused write: does LMDB still take transactions, and is everything as it was? */
  #isIntact({ isUnchanged }: Transaction): boolean {
    try {
      this.#root.transactionSync(() => undefined)
      return isUnchanged?.() ?? true
    } catch {
      return false
    }
  }
}

function hit(sites: TransactionSites | undefined, step: 'before' | 'inside' | 'after'): void {
  const asked = sites?.failpoints?.hit(sites[step])
  if (asked !== undefined && sites !== undefined) throw new InjectedFailure(sites[step], asked)
}

function checkOptions(directory: string, { mapSize, databasesMax }: LmdbEnvironmentOptions): void {
  if (typeof directory !== 'string' || directory === '' || directory.includes('\0')) {
    throw new InvalidArgumentError(
      'directory',
      `Cannot open ${JSON.stringify(directory)}: give the path of a directory`,
    )
  }
  if (mapSize !== undefined && !(Number.isSafeInteger(mapSize) && mapSize >= 1 << 20)) {
    throw new InvalidArgumentError('mapSize', `Cannot map ${mapSize} bytes: give an integer from ${1 << 20}`)
  }
  if (
    databasesMax !== undefined &&
    !(Number.isInteger(databasesMax) && databasesMax >= 1 && databasesMax <= 4096)
  ) {
    throw new InvalidArgumentError(
      'databasesMax',
      `Cannot hold ${databasesMax} databases: give an integer from 1 to 4096`,
    )
  }
}

function checkDatabaseName(name: string): void {
  if (typeof name === 'string' && /^[\w.:/-]{1,200}$/.test(name)) return
  throw new InvalidArgumentError(
    'name',
    `Cannot use ${JSON.stringify(name)} as a log's name: give 1 to 200 letters, digits or any of _ . : / -`,
  )
}

function prepareDirectory(directory: string, create: boolean): void {
  if (create) {
    makeDirectoryDurable(directory)
    return
  }
  const found = statSync(directory, { throwIfNoEntry: false })
  if (found === undefined) throw notFound(directory)
  if (!found.isDirectory()) {
    throw new InvalidArgumentError(
      'directory',
      `Cannot open ${directory}: it is a file; give the path of a directory`,
    )
  }
}

function notFound(directory: string): LogNotFoundError {
  return new LogNotFoundError(
    directory,
    `No log is in ${directory}; check the path, or open it with create: true`,
  )
}

/** Builds a data file that holds only the marker, and publishes it whole. */
function publishNewDataFile(directory: string): void {
  const staging = join(directory, stagingName)
  mkdirSync(staging)
  const root = openRoot(staging)
  writeMarker(root)
  void root.close()
  publishFile(join(staging, dataFileName), join(directory, dataFileName))
  rmSync(staging, { recursive: true, force: true })
  syncDirectory(directory)
}

/** Runs `body`, where nothing is in doubt yet: what the system refuses becomes a `WriteFailedError` of the operation "open". */
function refusingCleanly<T>(log: string, body: () => T): T {
  try {
    return body()
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause
    const failure = classifyWriteFailure(cause)
    if (failure === undefined) throw cause
    throw new WriteFailedError({ log, operation: 'open', cause, reason: failure.reason, inDoubt: false })
  }
}
