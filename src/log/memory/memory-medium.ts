/**
 * A medium in memory: what a test needs to see of durability, in the open. Its durable half outlives the log that wrote it,
 * as a disk outlives a process; the volatile half is what the log has deferred, and dies with it.
 */
import type { FailpointRegistry } from '../../../failpoints/index.ts'
import { LogClosedError, LogLockedError, PoisonedError, WriteFailedError } from '../../errors.ts'
import { classifyWriteFailure, hitSite } from '../../write-failure.ts'
import { type Cursor, emptyCursor } from '../cursor.ts'
import type { AuditFinding } from '../log-store.ts'
import type { LogMedium, LogWrites, MediumStats } from '../medium.ts'
import { copyOf } from '../own-bytes.ts'
import type { LogSite } from '../sites.ts'

const nothingToMap = {
  mapSizeBytes: undefined,
  filesystemAvailBytes: undefined,
  openReadTransactions: undefined,
} as const

/** The durable half. Give the same one to the next {@link MemoryLog} to reopen it. */
export class MemoryDisk {
  /** Everything here is as if synced. */
  readonly entries: Map<number, Uint8Array> = new Map()
  readonly meta: Map<string, Uint8Array> = new Map()
  cursor: Cursor = emptyCursor
  /** The medium that has the disk open: the single owner. */
  owner: object | undefined
}

export class MemoryMedium implements LogMedium {
  readonly name: string
  readonly #disk: MemoryDisk
  readonly #failpoints: FailpointRegistry | undefined
  #poison: { readonly cause: unknown } | undefined

  /** @throws {LogLockedError} the disk has an owner */
  constructor(name: string, disk: MemoryDisk, failpoints: FailpointRegistry | undefined) {
    if (disk.owner !== undefined) throw new LogLockedError(`log "${name}" in memory`, process.pid)
    this.name = name
    this.#disk = disk
    this.#failpoints = failpoints
    disk.owner = this
  }

  get isPoisoned(): boolean {
    return this.#poison !== undefined
  }

  assertUsable(operation: string): void {
    if (this.#disk.owner !== this) throw new LogClosedError(this.name, operation)
    if (this.#poison) throw new PoisonedError(this.name, operation, this.#poison.cause)
  }

  loadCursor(): Cursor {
    return this.#disk.cursor
  }

  entry(index: number): Uint8Array | undefined {
    return copyOf(this.#disk.entries.get(index))
  }

  meta(key: string): Uint8Array | undefined {
    return copyOf(this.#disk.meta.get(key))
  }

  metaKeys(): string[] {
    return [...this.#disk.meta.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  }

  storedIndexes(from: number, to: number, limit: number): number[] {
    const { entries } = this.#disk
    const indexes: number[] = []
    if (to - from > entries.size) {
      for (const index of entries.keys()) if (index >= from && index < to) indexes.push(index)
      return indexes.sort((a, b) => a - b).slice(0, limit)
    }
    for (let index = from; index < to && indexes.length < limit; index++)
      if (entries.has(index)) indexes.push(index)
    return indexes
  }

  lastStoredIndex(): number | undefined {
    return this.storedIndexes(0, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER).at(-1)
  }

  write(writes: LogWrites, _believed: Cursor, operation: string): void {
    this.assertUsable(operation)
    let isDurable = false
    try {
      this.#hit('log.commit.before')
      this.#hit('log.commit.inside')
      this.#apply(writes)
      isDurable = true
      this.#hit('log.commit.after')
    } catch (cause) {
      const failure = isDurable
        ? ({ reason: 'injected', inDoubt: true } as const)
        : classifyWriteFailure(cause)
      if (failure === undefined) throw cause
      if (failure.inDoubt) this.#poison ??= { cause }
      throw new WriteFailedError({ log: this.name, operation, cause, ...failure })
    }
  }

  auditKeys(): AuditFinding[] {
    return []
  }

  stats(): MediumStats {
    let sizeBytes = 0
    for (const value of [...this.#disk.entries.values(), ...this.#disk.meta.values()])
      sizeBytes += value.length
    return {
      storedEntries: this.#disk.entries.size,
      sizeBytes,
      usedBytes: sizeBytes,
      ...nothingToMap,
    }
  }

  release(): void {
    if (this.#disk.owner === this) this.#disk.owner = undefined
  }

  #apply({ cursor, remove, runs, meta }: LogWrites): void {
    for (const index of remove) this.#disk.entries.delete(index)
    for (const { from, entries } of runs) {
      for (const [offset, entry] of entries.entries())
        this.#disk.entries.set(from + offset, new Uint8Array(entry))
    }
    for (const [key, value] of meta) {
      if (value === undefined) this.#disk.meta.delete(key)
      else this.#disk.meta.set(key, new Uint8Array(value))
    }
    this.#disk.cursor = cursor
  }

  #hit(site: LogSite): void {
    hitSite(this.#failpoints, site)
  }
}
