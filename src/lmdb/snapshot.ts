/**
 * An environment as it is at one moment, read-only: for tools, beside its running owner. Nothing is written, no lock is taken,
 * and what the owner commits later is not seen. While it is open the owner cannot use again the pages that it shows, so it is
 * not to be kept open for long.
 */
import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { LogClosedError, LogNotFoundError, WriteFailedError } from '../errors.ts'
import { refusingCleanly } from '../write-failure.ts'
import { checkDatabaseName, checkDirectory, checkFileCheck } from './check-options.ts'
import { LmdbDatabase } from './database.ts'
import { isDoubtNoted } from './doubt-note.ts'
import type { Transaction } from './environment.ts'
import type { NativeDatabase, NativeRoot, NativeTransaction } from './native.ts'
import { assertRoomForReaders } from './opening.ts'
import {
  binary,
  checkMarker,
  databaseNames,
  dataFileName,
  type EnvironmentStats,
  openRoot,
  statsOf,
} from './root-database.ts'
import { assertDataFileIsSound, type FileCheck } from './tree-check.ts'

/** Reads of the size of a file that its owner is extending may be torn; the second look is not. */
const looksMax = 3

export class LmdbSnapshot {
  readonly directory: string
  readonly isPoisoned = false
  /** The named database as of the moment of opening, if one was named and is there. */
  readonly database: LmdbDatabase | undefined
  readonly #root: NativeRoot
  readonly #transaction: NativeTransaction
  #isClosed = false

  /**
   * @throws {LogNotFoundError} no data file of ours is there
   * @throws {CorruptionError} it is damaged or cut short
   * @throws {FormatVersionError} it was made by a newer version
   */
  static open(directory: string, name?: string, check: FileCheck = 'meta'): LmdbSnapshot {
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
    assertSound(directory, check)
    this.directory = directory
    this.#root = openRoot(directory, { readOnly: true })
    try {
      checkMarker(directory, this.#root)
      // The database first: a transaction knows only those that were open when it began.
      const opened: NativeDatabase | undefined =
        name === undefined ? undefined : this.#root.openDB({ ...binary, name, create: false })
      this.#transaction = this.#root.useReadTransaction()
      this.database = opened && new LmdbDatabase(opened, { asOf: this.#transaction })
    } catch (error) {
      void this.#root.close()
      throw error
    }
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
    void this.#root.close()
  }
}

function assertSound(directory: string, check: FileCheck): void {
  const dataFile = join(directory, dataFileName)
  for (let look = 1; ; look++) {
    const { mtimeMs } = statSync(dataFile)
    try {
      assertDataFileIsSound(dataFile, check, isDoubtNoted(directory))
      return
    } catch (error) {
      if (statSync(dataFile).mtimeMs === mtimeMs) throw error
      if (look < looksMax) continue
      if (check !== 'tree' && check !== 'auto') throw error
      // The owner writes faster than its trees can be walked: what is damaged will be found by reading it.
      assertSound(directory, 'meta')
      return
    }
  }
}
