/**
 * An environment as it is at one moment, read-only: for tools, beside its running owner. Nothing is written, no lock is taken,
 * and what the owner commits later is not seen. While it is open the owner cannot use again the pages that it shows, so it is
 * not to be kept open for long.
 */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Transaction as ReadTransaction } from 'lmdb'
import { LogClosedError, LogNotFoundError, WriteFailedError } from '../errors.ts'
import { assertDataFileIsWhole } from './data-file.ts'
import { LmdbDatabase } from './database.ts'
import type { Transaction } from './environment.ts'
import {
  binary,
  checkMarker,
  dataFileName,
  type EnvironmentStats,
  openRoot,
  type Root,
  statsOf,
} from './root-database.ts'

/** Reads of the size of a file that its owner is extending may be torn; the second look is not. */
const looksMax = 3

export class LmdbSnapshot {
  readonly directory: string
  readonly isPoisoned = false
  /** The named database as of the moment of opening, if one was named and is there. */
  readonly database: LmdbDatabase | undefined
  readonly #root: Root
  readonly #transaction: ReadTransaction
  #isClosed = false

  /**
   * @throws {LogNotFoundError} no data file of ours is there
   * @throws {CorruptionError} it is damaged or cut short
   * @throws {FormatVersionError} it was made by a newer version
   */
  constructor(directory: string, name?: string) {
    const dataFile = join(directory, dataFileName)
    if (!existsSync(dataFile)) {
      throw new LogNotFoundError(directory, `No log is in ${directory}; check the path`)
    }
    assertWhole(dataFile)
    this.directory = directory
    this.#root = openRoot(directory, { readOnly: true })
    try {
      checkMarker(directory, this.#root)
      // The database first: a transaction knows only those that were open when it began.
      const opened = name === undefined ? undefined : this.#openDatabase(name)
      this.#transaction = this.#root.useReadTransaction()
      this.database = opened && new LmdbDatabase(opened, this.#transaction)
    } catch (error) {
      void this.#root.close()
      throw error
    }
  }

  /** The names of all databases, sorted. */
  databaseNames(): string[] {
    const keys = this.#root.getKeys({ transaction: this.#transaction })
    const names = Array.from(keys, (key) => Buffer.from(key).toString().replace(/\0$/, ''))
    return names.filter((name) => !name.startsWith('\0')).sort()
  }

  assertUsable(log: string, operation: string): void {
    if (this.#isClosed) throw new LogClosedError(log, operation)
  }

  #openDatabase(name: string): Root | undefined {
    return this.#root.openDB({ ...binary, name, create: false } as never) as Root | undefined
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

function assertWhole(dataFile: string): void {
  for (let look = 1; ; look++) {
    const { mtimeMs } = statSync(dataFile)
    try {
      assertDataFileIsWhole(dataFile)
      return
    } catch (error) {
      if (look >= looksMax || statSync(dataFile).mtimeMs === mtimeMs) throw error
    }
  }
}
