/**
 * A snapshot on its way: a staging directory that becomes the snapshot by one rename. By then its files and its own entries are
 * synced, so that whoever finds it under its name, also after a loss of power, finds it whole.
 */
import { strict as assert } from 'node:assert'
import { createHash } from 'node:crypto'
import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeDirectoryDurable, syncDirectory } from '../../files/index.ts'
import { syncDataOfDescriptor, syncDescriptor, syncDirectoryLater, writeAll } from './descriptors.ts'
import { isAbsent, writingEnded } from './snapshot-defects.ts'
import { dataName, discard, metadataName, removedSuffix, stagingSuffix } from './snapshot-directory.ts'
import type { SnapshotInfo } from './snapshot-info.ts'
import { encodeSnapshotMetadata } from './snapshot-metadata.ts'

/**
 * How much may be written before the medium is set to work on it. Left to the last sync, gigabytes would go to the medium at
 * once, and the log beside them would wait; and hashing would not have hidden any of it.
 */
const unsyncedBytesMax = 16 * 1024 * 1024

/** What is known of a snapshot before its data. */
export type SnapshotHead = Omit<SnapshotInfo, 'bytes' | 'sha256'>

export class SnapshotStaging {
  readonly #directory: string
  readonly #head: SnapshotHead
  readonly #path: string
  readonly #hash = createHash('sha256')
  #bytes = 0
  /** Of the data file; undefined once it is closed. */
  #descriptor: number | undefined
  /** Uses of the descriptor by other threads: closed before their end, its number could be another file's. */
  readonly #uses = new Set<Promise<unknown>>()
  /** The sync of what was written so far, which goes on while more is written. */
  #early: Promise<void> = Promise.resolve()
  #isEarlyAtWork = false
  #bytesAtEarlySync = 0

  /** Makes the staging directory, and its parents if somebody removed them. */
  constructor(directory: string, head: SnapshotHead) {
    this.#directory = directory
    this.#head = head
    this.#path = join(directory, head.id + stagingSuffix)
    makeStagingDirectory(directory, this.#path)
    try {
      this.#descriptor = openSync(join(this.#path, dataName), 'wx')
    } catch (error) {
      discard(this.#path)
      throw error
    }
  }

  /** Appends `chunks` to the data, which must stay as they are until it is done. One call at a time. */
  async append(chunks: readonly Uint8Array[]): Promise<void> {
    const written = this.#use((descriptor) => writeAll(descriptor, chunks, this.#bytes))
    // While another thread writes them.
    for (const chunk of chunks) this.#hash.update(chunk)
    await written
    for (const { length } of chunks) this.#bytes += length
    if (this.#bytes - this.#bytesAtEarlySync >= unsyncedBytesMax) await this.#syncEarly()
  }

  /** Makes data, metadata and the entries of the staging directory durable. A failed sync is not tried again. */
  async seal(): Promise<SnapshotInfo> {
    // When it failed there must be no other sync: that would say that all is well.
    await this.#early
    await this.#use(syncDescriptor)
    await this.#use(async (descriptor) => {
      const { size } = fstatSync(descriptor)
      assert(size === this.#bytes, `${this.#bytes} bytes were written, and the file has ${size}`)
    })
    const info = { ...this.#head, bytes: this.#bytes, sha256: this.#hash.digest('hex') }
    await this.close()
    await this.#storeMetadata(info)
    await syncDirectoryLater(this.#path)
    return info
  }

  /** Gives the snapshot its name: visible, and not durable yet. */
  publish(): void {
    renameSync(this.#path, join(this.#directory, this.#head.id))
  }

  /**
   * Takes the name away again, and then what had it. The files go only when that is durable: if the name came back after a loss
   * of power, they would have to be there. This sync is not the one that failed: the rename has changed the directory anew.
   */
  takeBack(): void {
    const removed = join(this.#directory, this.#head.id + removedSuffix)
    renameSync(join(this.#directory, this.#head.id), removed)
    syncDirectory(this.#directory)
    discard(removed)
  }

  /** Removes the staging directory. It is fine if there is none any more. */
  discard(): void {
    discard(this.#path)
  }

  /** Closes the data file when nobody uses it any more. Twice is fine. */
  async close(): Promise<void> {
    while (this.#uses.size > 0) await Promise.allSettled(this.#uses)
    const descriptor = this.#descriptor
    this.#descriptor = undefined
    if (descriptor !== undefined) closeSync(descriptor)
  }

  /** Begins another early sync, unless one is at work. Throws when the last one failed. */
  async #syncEarly(): Promise<void> {
    if (this.#isEarlyAtWork) return
    await this.#early
    this.#bytesAtEarlySync = this.#bytes
    this.#isEarlyAtWork = true
    this.#early = this.#use(syncDataOfDescriptor).finally(() => {
      this.#isEarlyAtWork = false
    })
    // The next of these, or the seal, throws it.
    this.#early.catch(() => undefined)
  }

  async #storeMetadata(info: SnapshotInfo): Promise<void> {
    const descriptor = openSync(join(this.#path, metadataName), 'wx')
    try {
      writeFileSync(descriptor, encodeSnapshotMetadata(info))
      await syncDescriptor(descriptor)
    } finally {
      closeSync(descriptor)
    }
  }

  #use<T>(use: (descriptor: number) => Promise<T>): Promise<T> {
    if (this.#descriptor === undefined) return Promise.reject(writingEnded(this.#head.id))
    const used = use(this.#descriptor)
    this.#uses.add(used)
    const end = (): void => void this.#uses.delete(used)
    used.then(end, end)
    return used
  }
}

function makeStagingDirectory(directory: string, path: string): void {
  try {
    mkdirSync(path)
  } catch (error) {
    if (!isAbsent(error)) throw error
    makeDirectoryDurable(directory)
    mkdirSync(path)
  }
}
