/**
 * A snapshot on its way: a staging directory that becomes the snapshot by one rename. By then its files and its own entries are
 * synced, so that whoever finds it under its name, also after a loss of power, finds it whole.
 */
import { mkdirSync, renameSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDirectoryDurable, syncDirectory, syncDirectoryLater } from '../../files/index.ts'
import { SnapshotData, type SnapshotDataOptions } from './snapshot-data.ts'
import { isAbsent, writingEnded } from './snapshot-defects.ts'
import { dataName, discard, metadataName, removedSuffix, stagingSuffix } from './snapshot-directory.ts'
import type { SnapshotInfo } from './snapshot-info.ts'
import { encodeSnapshotMetadata } from './snapshot-metadata.ts'

/** What is known of a snapshot before its data. */
export type SnapshotHead = Omit<SnapshotInfo, 'bytes' | 'sha256'>

export class SnapshotStaging {
  readonly #directory: string
  readonly #head: SnapshotHead
  readonly #path: string
  readonly #data: SnapshotData

  /** Makes the staging directory, and its parents if somebody removed them. */
  constructor(directory: string, head: SnapshotHead, options: SnapshotDataOptions) {
    this.#directory = directory
    this.#head = head
    this.#path = join(directory, head.id + stagingSuffix)
    makeStagingDirectory(directory, this.#path)
    try {
      this.#data = new SnapshotData(join(this.#path, dataName), options)
    } catch (error) {
      discard(this.#path)
      throw error
    }
  }

  /** Appends `chunks` to the data; their bytes are the caller's again when it is done. One call at a time. */
  append(chunks: readonly Uint8Array[]): Promise<void> {
    return this.#data.append(chunks)
  }

  /** Done when all data are written. */
  flush(): Promise<void> {
    return this.#data.flush()
  }

  /** Makes data, metadata and the entries of the staging directory durable. A failed sync is not tried again. */
  async seal(): Promise<SnapshotInfo> {
    const info = { ...this.#head, ...(await this.#data.seal()) }
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

  /** Ends the writing of data, and closes their file when no thread uses it any more. Twice is fine. */
  close(): Promise<void> {
    return this.#data.close(writingEnded(this.#head.id))
  }

  async #storeMetadata(info: SnapshotInfo): Promise<void> {
    // Behind gigabytes that were just synced, a file system may take its time to make a file.
    const file = await open(join(this.#path, metadataName), 'wx')
    try {
      await file.writeFile(encodeSnapshotMetadata(info))
      await file.sync()
    } finally {
      await file.close()
    }
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
