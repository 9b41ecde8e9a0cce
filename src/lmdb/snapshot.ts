/**
 * An environment as it is at one moment, read-only: for tools, beside its running owner. Nothing is written, no lock is taken,
 * and what the owner commits later is not seen. While it is open the owner cannot use again the pages that it shows, so it is
 * not to be kept open for long.
 */
import { closeSync, existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { LogClosedError, LogNotFoundError, WriteFailedError } from '../errors.ts'
import { refusingCleanly } from '../write-failure.ts'
import { checkDatabaseName, checkDirectory, checkFileCheck } from './check-options.ts'
import { type Meta, openDataFile, readNewestMeta } from './data-file.ts'
import { type DatabaseAccess, LmdbDatabase } from './database.ts'
import { isDoubtNoted } from './doubt-note.ts'
import type { Transaction } from './environment.ts'
import { type FileCheck, fileCheckDefault } from './file-check.ts'
import type { NativeDatabase, NativeRoot, NativeTransaction } from './native.ts'
import { assertRoomForReaders } from './opening.ts'
import { RangeCheck } from './range-check.ts'
import {
  binary,
  checkMarker,
  databaseNames,
  dataFileName,
  type EnvironmentStats,
  openRoot,
  statsOf,
} from './root-database.ts'
import { assertDataFileIsSound, checkUsedAsOf } from './tree-check.ts'

/** Reads of the size of a file that its owner is extending may be torn; the second look is not. */
const looksMax = 3
/** An owner commits once between two looks at its meta pages, and seldom again and again. */
const beginningsMax = 100

export class LmdbSnapshot {
  readonly directory: string
  readonly isPoisoned = false
  /** The named database as of the moment of opening, if one was named and is there. */
  readonly database: LmdbDatabase | undefined
  readonly #root: NativeRoot
  readonly #transaction: NativeTransaction
  /** Where pages are checked as they are used. */
  readonly #ranges: RangeCheck | undefined
  #isClosed = false

  /**
   * @throws {LogNotFoundError} no data file of ours is there
   * @throws {CorruptionError} it is damaged or cut short
   * @throws {FormatVersionError} it was made by a newer version
   */
  static open(directory: string, name?: string, check: FileCheck = fileCheckDefault): LmdbSnapshot {
    checkDirectory(directory)
    checkFileCheck(check)
    if (name !== undefined) checkDatabaseName(name)
    return refusingCleanly(name ?? directory, () => new LmdbSnapshot(resolve(directory), name, check))
  }

  private constructor(directory: string, name: string | undefined, check: FileCheck) {
    const dataFile = join(directory, dataFileName)
    if (!existsSync(dataFile)) {
      throw new LogNotFoundError(directory, `No log is in ${directory}; check the path`)
    }
    assertRoomForReaders(directory)
    const isUsedChecked = assertSound(directory, check)
    this.directory = directory
    this.#root = openRoot(directory, { readOnly: true })
    try {
      checkMarker(directory, this.#root)
      // The database first: a transaction knows only those that were open when it began.
      const opened: NativeDatabase | undefined =
        name === undefined ? undefined : this.#root.openDB({ ...binary, name, create: false })
      const { transaction, meta } = begin(this.#root, dataFile)
      this.#transaction = transaction
      this.#ranges = isUsedChecked ? rangesAsOf(dataFile, meta, transaction) : undefined
      this.database = opened && new LmdbDatabase(opened, { asOf: transaction, checkPages: this.#check(name) })
    } catch (error) {
      void this.#root.close()
      throw error
    }
  }

  #check(name = ''): DatabaseAccess['checkPages'] {
    const ranges = this.#ranges
    return ranges && ((from, to) => ranges.check(name, from, to))
  }

  /** The names of all databases, sorted. */
  databaseNames(): string[] {
    return databaseNames(this.#root, this.#transaction)
  }

  assertUsable(log: string, operation: string): void {
    if (this.#isClosed) throw new LogClosedError(log, operation)
  }

  /** Refuses: @throws {WriteFailedError} with reason `read_only` */
  transact({ log, operation }: Transaction): never {
    const cause = new Error('it is open read-only')
    throw new WriteFailedError({ log, operation, cause, reason: 'read_only', inDoubt: false })
  }

  stats(): EnvironmentStats {
    return statsOf(this.directory, this.#root)
  }

  /** Twice is fine. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#transaction.done()
    this.#ranges?.close()
    void this.#root.close()
  }
}

interface Beginning {
  readonly transaction: NativeTransaction
  /** `undefined`: the owner commits too fast to tell. */
  readonly meta: Meta | undefined
}

/** Begins to read, and tells of which meta page: the newest one, when it is the same before and after. */
function begin(root: NativeRoot, dataFile: string): Beginning {
  for (let left = beginningsMax; ; left--) {
    const before = readNewestMeta(dataFile)
    const transaction = root.useReadTransaction()
    const meta = readNewestMeta(dataFile)
    if (meta.bytes.equals(before.bytes)) return { transaction, meta }
    if (left === 0) return { transaction, meta: undefined }
    transaction.done()
  }
}

/** For as long as the transaction lasts: the owner does not use these pages again. */
function rangesAsOf(
  dataFile: string,
  meta: Meta | undefined,
  transaction: NativeTransaction,
): RangeCheck | undefined {
  if (meta === undefined) return undefined
  const file = openDataFile(dataFile)
  try {
    return new RangeCheck(file, checkUsedAsOf(file, meta), true)
  } catch (error) {
    closeSync(file.descriptor)
    // LMDB ends the process when it is closed with a transaction that is held.
    transaction.done()
    throw error
  }
}

/** Returns whether pages are still to be checked as they are used. */
function assertSound(directory: string, check: FileCheck): boolean {
  const dataFile = join(directory, dataFileName)
  for (let look = 1; ; look++) {
    const { mtimeMs } = statSync(dataFile)
    try {
      return assertDataFileIsSound(dataFile, check, isDoubtNoted(directory)) !== undefined
    } catch (error) {
      if (statSync(dataFile).mtimeMs === mtimeMs) throw error
      if (look < looksMax) continue
      if (check === 'off' || check === 'meta') throw error
      // The owner writes faster than its trees can be walked: they are checked as they are read, of one moment.
      assertSound(directory, 'meta')
      return true
    }
  }
}
