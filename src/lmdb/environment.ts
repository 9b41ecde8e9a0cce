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
import { strict as assert } from 'node:assert'
import { type Stats, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { FailpointRegistry } from '../../failpoints/index.ts'
import {
  InvalidArgumentError,
  LogClosedError,
  LogLockedError,
  PoisonedError,
  WriteFailedError,
} from '../errors.ts'
import {
  classifyWriteFailure,
  hitSite,
  InjectedFailure,
  MediumChangedError,
  refusingCleanly,
  type WriteFailure,
} from '../write-failure.ts'
import { WriteGuard } from '../write-guard.ts'
import {
  checkDatabaseName,
  checkDatabasesMax,
  checkDirectory,
  checkFileCheck,
  checkMapSize,
} from './check-options.ts'
import { CompactImage } from './compact-image.ts'
import { LmdbDatabase } from './database.ts'
import { DiskRoom, NoRoomError } from './disk-space.ts'
import { isDoubtNoted, noteDoubt } from './doubt-note.ts'
import { type FileCheck, fileCheckDefault } from './file-check.ts'
import type { NativeDatabase, NativeRoot } from './native.ts'
import { assertCanMap, assertDataFile, prepareDataFile, prepareDirectory, settleDoubt } from './opening.ts'
import { OwnerLock } from './owner-lock.ts'
import { RangeCheck } from './range-check.ts'
import {
  binary,
  checkMarker,
  dataFileName,
  type EnvironmentStats,
  fileSpaceOf,
  openRoot,
  statsOf,
} from './root-database.ts'

export interface LmdbEnvironmentOptions {
  /** Create the directory and the data file when they are not there. Default true. */
  readonly create?: boolean | undefined
  /** Where the map begins, in bytes, 2^20 to 2^46; it grows by itself. Default: LMDB's own. */
  readonly mapSize?: number | undefined
  /** How many named databases there may be: 1 to 4096. Default 128. */
  readonly databasesMax?: number | undefined
  /**
   * How much of the data file is checked before LMDB follows it: `off`, `meta`, `used`, `tree` or `auto`. LMDB trusts its pages, and may
   * end the process or serve wrong data where one is damaged. `meta` looks at meta pages and roots alone, at open. `used` goes on
   * from there: each page of a log is checked before LMDB is first asked for what is on it, so that opening takes the same time
   * whatever is in the file, and the first read of an entry some microseconds more. What a state machine holds is not: it has
   * `meta`. `tree` reads every page of every tree at open. `auto` is `tree` for a file of up to 256 pages, free ones included, and
   * `used` for a larger one. Default `used`.
   */
  readonly checkFile?: FileCheck | undefined
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

/** Databases as of one moment. */
export interface LmdbPin {
  /** In the order of the names. */
  readonly databases: readonly LmdbDatabase[]
  readonly isReleased: boolean
  /** Twice is fine. */
  release(): void
}

/** Readers that died without saying so keep pages from being used again; this often, LMDB is told to look for them. */
const commitsPerReaderCheck = 1024

/** Most that creating a named database may write. */
const databaseCreationBytes = 128 * 1024
const databasesFull = -30791

export class LmdbEnvironment {
  /** Absolute. */
  readonly directory: string
  readonly #root: NativeRoot
  /** Where pages are checked as they are used. */
  readonly #ranges: RangeCheck | undefined
  readonly #lock: OwnerLock
  readonly #dataFile: string
  /** Which file was opened: another one in its place is not written to. */
  readonly #identity: Stats
  readonly #room: DiskRoom
  readonly #databases = new Map<string, LmdbDatabase>()
  /** Inside a transaction others would see, or become part of, what may yet be undone. */
  readonly #guard: WriteGuard
  readonly #claimed = new Set<string>()
  /** Set once: every later call is refused until the environment is opened anew. */
  #poison: { readonly cause: unknown } | undefined
  #isClosed = false
  #commits = 0
  /** Pins and copies that are not at their end. */
  #pins = 0
  #hasGivenUp = false
  readonly #onGivenUp: (() => void)[] = []

  /**
   * Opens the environment in `directory` and becomes its owner. A new data file is built aside, synced and published by
   * rename, so that a crash while creating leaves either nothing or a whole one. Of one that is there, everything that can be
   * read is durable on return, also what its last owner was killed or failed in the middle of.
   * @throws {LogLockedError} it has an owner
   * @throws {LogNotFoundError} nothing is there and `create` is false, or the data file is another program's
   * @throws {InvalidArgumentError} `directory` is a file
   * @throws {CorruptionError} the data file is damaged or cut short
   * @throws {FormatVersionError} the data file was made by a newer version
   * @throws {WriteFailedError} the directory cannot be written to
   * @throws {FeatureDisabledError} this host has no owner lock: see `allowUnlocked`
   */
  static open(directory: string, options: LmdbEnvironmentOptions = {}): LmdbEnvironment {
    const { create = true, allowUnlocked = false, mapSize, databasesMax } = options
    checkDirectory(directory)
    checkMapSize(mapSize)
    checkDatabasesMax(databasesMax)
    checkFileCheck(options.checkFile)
    // The process may go to another working directory later.
    const path = resolve(directory)
    return refusingCleanly(path, () => {
      prepareDirectory(path, create)
      const lock = OwnerLock.acquire(path, { allowUnlocked })
      try {
        prepareDataFile(path, create)
        assertCanMap(mapSize)
        return new LmdbEnvironment(path, lock, options)
      } catch (error) {
        lock.release()
        throw error
      }
    })
  }

  private constructor(directory: string, lock: OwnerLock, options: LmdbEnvironmentOptions) {
    this.directory = directory
    this.#lock = lock
    this.#guard = new WriteGuard({ where: `in ${directory}`, what: 'transactions' })
    this.#dataFile = join(directory, dataFileName)
    const isInDoubt = isDoubtNoted(directory)
    const checked = assertDataFile(directory, options.checkFile ?? fileCheckDefault, isInDoubt)
    this.#identity = statSync(this.#dataFile)
    this.#root = openRoot(directory, options)
    this.#room = new DiskRoom(this.#dataFile, () => fileSpaceOf(this.#root))
    try {
      checkMarker(directory, this.#root)
      if (isInDoubt) settleDoubt(directory, this.#root)
      this.#ranges = checked && RangeCheck.open(this.#dataFile, checked)
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
    this.#guard.assertOutside(operation)
  }

  /**
   * The named database, or `undefined` when it is not there and `create` is false. Creating it is durable on return.
   * @throws {InvalidArgumentError} it is not a name, or there are as many databases as `databasesMax` allows
   * @throws {WriteFailedError} it could not be created; the environment is poisoned when that was `inDoubt`
   */
  openDatabase(name: string, options: { readonly create: boolean }): LmdbDatabase | undefined {
    checkDatabaseName(name)
    this.assertUsable(name, 'open')
    const known = this.#databases.get(name)
    if (known) return known
    const opened = this.#openDatabase(name, options.create)
    if (opened === undefined) return undefined
    const ranges = this.#ranges
    const database = new LmdbDatabase(opened, {
      isWritable: () => this.#guard.isInside,
      checkPages: ranges && ((from, to) => ranges.check(name, from, to)),
    })
    this.#databases.set(name, database)
    return database
  }

  #openDatabase(name: string, create: boolean): NativeDatabase | undefined {
    try {
      const there = this.#root.openDB({ ...binary, name, create: false })
      if (there !== undefined || !create) return there
      this.#room.assert(databaseCreationBytes)
      this.#ranges?.changed()
      return this.#root.openDB({ ...binary, name, create })
    } catch (cause) {
      if ((cause as { code?: unknown }).code === databasesFull) {
        throw new InvalidArgumentError(
          'databasesMax',
          `Cannot open "${name}" in ${this.directory}: it has as many databases as it was opened for; give a larger databasesMax`,
          { cause },
        )
      }
      throw this.#refusal({ log: name, operation: 'open' }, cause)
    }
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
    let isCommitted = false
    try {
      this.#assertSameFile()
      this.#room.assert(transaction.growthBytesMax ?? 0)
      if (++this.#commits % commitsPerReaderCheck === 0) this.#root.readerCheck()
      this.#guard.enter(operation)
      hit(sites, 'before')
      this.#ranges?.changed()
      this.#root.transactionSync(() => {
        work()
        hit(sites, 'inside')
      })
      isCommitted = true
      hit(sites, 'after')
    } catch (cause) {
      if (!isCommitted) throw this.#refusal(transaction, cause)
      this.#poison ??= { cause }
      throw new WriteFailedError({ log, operation, cause, reason: 'injected', inDoubt: true })
    } finally {
      this.#guard.leave()
    }
  }

  /**
   * What the named databases hold now, for as long as it is not released: what is committed later is not seen. Until then the pages
   * that it shows cannot be used again, so it is not to be kept for long. The databases must have been opened before.
   */
  pin(names: readonly string[]): LmdbPin {
    this.assertUsable(this.directory, 'pin')
    const transaction = this.#root.useReadTransaction()
    let isReleased = false
    this.#pins += 1
    const databases = names.map((name) => {
      const opened = this.#root.openDB({ ...binary, name, create: false })
      assert(
        opened !== undefined && this.#databases.has(name),
        `database "${name}" was opened before it is pinned`,
      )
      return new LmdbDatabase(opened, { asOf: transaction })
    })
    const release = (): void => {
      if (isReleased) return
      isReleased = true
      transaction.done()
      this.#ended()
    }
    return {
      databases,
      get isReleased() {
        return isReleased
      },
      release,
    }
  }

  /**
   * The data file of a pin that was taken in this turn of the event loop, compact: what is in use of it and nothing else. Nothing waits
   * for it, and writes go on meanwhile. It can be read for as long as the pin is held.
   */
  image(pin: LmdbPin): CompactImage {
    this.assertUsable(this.directory, 'copy')
    const image = new CompactImage(this.#dataFile, () => {
      if (pin.isReleased) throw new LogClosedError(this.directory, 'copy')
    })
    const { lastTxnId } = this.#root.getStats()
    assert(image.transaction === lastTxnId, `the meta pages are of commit ${lastTxnId}, as LMDB says`)
    return image
  }

  /** @throws {LogClosedError} it was closed */
  stats(): EnvironmentStats {
    if (this.#isClosed) throw new LogClosedError(this.directory, 'read statistics')
    return statsOf(this.directory, this.#root)
  }

  /**
   * Closes the environment and gives up its lock; logs in it are closed by that. Writes nothing. Twice is fine. While a pin is held
   * LMDB would end the process: then every call is refused at once, and file and lock are given up when it ends.
   * @throws {InvalidArgumentError} from inside a transaction, which it would wait for
   */
  close(): void {
    if (this.#isClosed) return
    this.#guard.assertOutside('close')
    this.#isClosed = true
    if (this.#pins === 0) this.#giveUp()
  }

  /** Resolves when the file and the lock are given up. */
  async closed(): Promise<void> {
    if (this.#hasGivenUp) return
    await new Promise<void>((resolve) => this.#onGivenUp.push(resolve))
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** A pin is at its end. */
  #ended(): void {
    this.#pins -= 1
    if (this.#isClosed && this.#pins === 0) this.#giveUp()
  }

  #giveUp(): void {
    this.#hasGivenUp = true
    try {
      void this.#root.close()
      this.#ranges?.close()
    } finally {
      this.#lock.release()
      for (const resolve of this.#onGivenUp) resolve()
    }
  }

  #assertSameFile(): void {
    const found = statSync(this.#dataFile, { throwIfNoEntry: false })
    if (found?.ino === this.#identity.ino && found.dev === this.#identity.dev) return
    throw new MediumChangedError(`${this.#dataFile} is not the file that was opened`)
  }

  /** What the failure of a transaction that was not committed means to its caller. Poisons, where it is in doubt. */
  #refusal(transaction: Transaction, cause: unknown): unknown {
    const failure = this.#classify(cause)
    if (failure === undefined) return cause
    const { log, operation } = transaction
    const inDoubt = failure.inDoubt || !this.#isIntact(transaction)
    if (inDoubt) {
      this.#poison ??= { cause }
      noteDoubt(this.directory, cause)
    }
    return new WriteFailedError({ log, operation, cause, reason: failure.reason, inDoubt })
  }

  #classify(cause: unknown): WriteFailure | undefined {
    const failure = classifyWriteFailure(cause)
    const isOurs = cause instanceof InjectedFailure || cause instanceof NoRoomError
    if (isOurs || failure?.reason !== 'no_space') return failure
    // LMDB gives a failed write of a page and a failed sync the same code, and tells them apart by its words alone. Without
    // those it may have been the sync. A write that came back short it reports as an I/O error, which is in doubt as well.
    return {
      reason: 'no_space',
      inDoubt: !String((cause as Error).message).includes('Attempting to write page'),
    }
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
  if (sites !== undefined) hitSite(sites.failpoints, sites[step])
}
