/**
 * Snapshots in files. A snapshot is there whole, on the medium and unchanged, or it is not there: it is written beside the
 * others under a name that means nothing, and gets its own name by one rename after everything in it was synced.
 *
 * Assumes that a directory has one store at a time, in all processes: who opens the log beside it holds the lock for both.
 * Assumes of the disk what `src/files` does, and does not believe it of what is read back: see {@link SnapshotReader}.
 */
import { SnapshotError } from '../../errors.ts'
import { makeDirectoryDurable, syncDirectory } from '../../files/index.ts'
import { silentObserver } from '../../observer.ts'
import { checkCount, checkMeta } from './check-arguments.ts'
import { removeSnapshots, removeSnapshotsLater } from './remove-snapshots.ts'
import { reportDone, reportFailure } from './report.ts'
import { snapshotSites } from './sites.ts'
import { snapshotNotFound, snapshotsClosed } from './snapshot-defects.ts'
import { clearLeftovers, idOf, inspectSnapshot, listOurNames, listSnapshotIds } from './snapshot-directory.ts'
import { SnapshotFile } from './snapshot-file.ts'
import { createSnapshotId, parseSnapshotId } from './snapshot-id.ts'
import type { SnapshotInfo, SnapshotMeta, UnusableSnapshot } from './snapshot-info.ts'
import type {
  CreateSnapshotOptions,
  LatestSnapshot,
  ReadSnapshotOptions,
  SnapshotStoreOptions,
} from './snapshot-options.ts'
import { asWriteFailure, damageIfAsked, type SnapshotPlace, saysUnusable } from './snapshot-place.ts'
import { SnapshotReader } from './snapshot-reader.ts'
import type { SnapshotHead } from './snapshot-staging.ts'
import { type SnapshotSizes, SnapshotWriter } from './snapshot-writer.ts'

/** The snapshots of one node. Every method throws {@link SnapshotError} of kind `closed` after `close`. */
export class SnapshotStore {
  readonly #place: SnapshotPlace
  /** Writers and readers that are not at their end. */
  readonly #streams = new Set<SnapshotWriter | SnapshotReader>()
  readonly #hidden = new Set<string>()
  /** Ids of which it was found out that they cannot be used. */
  readonly #damaged = new Set<string>()
  /** Greater than the moment in every id that was seen, so that ids grow also while the clock goes back. */
  #nextStamp: number
  readonly #sizes: SnapshotSizes = { last: undefined }
  #isClosed = false

  private constructor(place: SnapshotPlace) {
    this.#place = place
    const stamps = listOurNames(place.directory).map((name) => parseSnapshotId(idOf(name))?.stamp ?? 0)
    this.#nextStamp = stamps.reduce((left, right) => Math.max(left, right), 0) + 1
  }

  /**
   * Opens the snapshots in `directory`, which is made if it is not there, and clears away what writings and removals left that
   * a crash cut short. What has any other name than ours is never touched. What is listed afterwards is durable.
   * @throws {WriteFailedError} the directory cannot be made, synced or cleared
   * @throws {InvalidArgumentError} `directory` is a file
   */
  static open(directory: string, options: SnapshotStoreOptions = {}): SnapshotStore {
    const { name = 'log', observer = silentObserver, failpoints } = options
    failpoints?.declare(snapshotSites)
    const place = { name, directory, failpoints, observer }
    try {
      makeDirectoryDurable(directory)
      // A snapshot that was published right before a crash may not be durable yet; and the files of one that was being removed
      // may go only when its name is gone for good.
      syncDirectory(directory)
      clearLeftovers(directory)
      return new SnapshotStore(place)
    } catch (error) {
      throw asWriteFailure(place, 'open snapshots', error)
    }
  }

  /**
   * Begins a snapshot: write its data into what is returned, and then `finish` it. Several may be written at once.
   * @throws {InvalidArgumentError} `meta` is not one
   * @throws {WriteFailedError} the medium refused; nothing was begun
   */
  create(meta: SnapshotMeta, options: CreateSnapshotOptions = {}): SnapshotWriter {
    this.#assertOpen('create a snapshot')
    const { operation = 'create' } = options
    const head = this.#head(meta)
    const startedAt = performance.now()
    try {
      const writing = { place: this.#place, head, operation, hidden: this.#hidden, sizes: this.#sizes }
      return this.#track(new SnapshotWriter(writing))
    } catch (error) {
      const failure = asWriteFailure(this.#place, `${operation} a snapshot`, error)
      reportFailure(this.#place, { operation, snapshot: undefined, startedAt }, failure)
      throw failure
    }
  }

  /** The snapshots that seem usable, newest first: by index, then term, then when they were begun. Their data are not read. */
  list(): readonly SnapshotInfo[] {
    this.#assertOpen('list')
    return this.#inspectAll().flatMap((found) => ('error' in found ? [] : [found]))
  }

  /** The snapshots that cannot be used, as far as that is to be seen without reading their data, newest first. */
  unusable(): readonly UnusableSnapshot[] {
    this.#assertOpen('list')
    return this.#inspectAll().flatMap((found) => ('error' in found ? [found] : []))
  }

  /**
   * Opens the data of snapshot `id` for reading. Removing the snapshot later does not disturb it.
   * @throws {SnapshotError} `notFound`; `incomplete` or `corrupt`, where that is to be seen already
   * @throws {FormatVersionError} a later version of Holdfast wrote it
   */
  open(id: string, options: ReadSnapshotOptions = {}): SnapshotReader {
    this.#assertOpen('open a snapshot')
    options.signal?.throwIfAborted()
    const startedAt = performance.now()
    try {
      const info = this.#inspect(id, 'open')
      damageIfAsked(this.#place, 'snapshot.open', id)
      const onDamage = (): void => void this.#damaged.add(id)
      const onVerified = (): void => void this.#damaged.delete(id)
      const { signal } = options
      return this.#track(new SnapshotReader({ place: this.#place, info, signal, onDamage, onVerified }))
    } catch (error) {
      if (saysUnusable(error)) {
        this.#damaged.add(id)
        reportFailure(this.#place, { operation: 'open', snapshot: id, startedAt }, error)
      }
      throw error
    }
  }

  /**
   * Opens the data of snapshot `id` for reading pieces of it in any order. Close it when done. Removing the snapshot later does
   * not disturb it, and neither does closing the store.
   * @throws {SnapshotError} `notFound`; `incomplete` or `corrupt`, where that is to be seen already
   * @throws {FormatVersionError} a later version of Holdfast wrote it
   */
  openFile(id: string): SnapshotFile {
    this.#assertOpen('open a snapshot')
    const info = this.#inspect(id, 'open')
    damageIfAsked(this.#place, 'snapshot.open', id)
    return new SnapshotFile(this.#place, info, () => this.#damaged.add(id))
  }

  /**
   * Reads snapshot `id` to its end. Returns what is known of it if it is what was written.
   * @throws {SnapshotError} it is not there, or not what was written
   * @throws {FormatVersionError} a later version of Holdfast wrote it
   */
  async verify(id: string, options: ReadSnapshotOptions = {}): Promise<SnapshotInfo> {
    const reader = this.open(id, options)
    for await (const _chunk of reader);
    return reader.info
  }

  /**
   * Verifies snapshots, newest first, until one is what was written. It reads that one, and those before it, to the end.
   * What says nothing of a snapshot, as too many open files do, is thrown and does not make it unusable.
   */
  async latestUsable(options: ReadSnapshotOptions = {}): Promise<LatestSnapshot> {
    this.#assertOpen('look for a usable snapshot')
    const unusable: UnusableSnapshot[] = []
    for (const id of this.#ids()) {
      try {
        return { info: await this.verify(id, options), unusable }
      } catch (error) {
        if (saysUnusable(error)) unusable.push({ id, error })
        else if (!isNotFound(error)) throw error
      }
    }
    return { info: undefined, unusable }
  }

  /**
   * Keeps the newest `count` snapshots and removes all that are older. One that is known to be unusable, because its metadata
   * are or because somebody has read it, does not count: a damaged snapshot must not push out the last good one. Durable when
   * it returns; streams that read are not disturbed.
   * @param count  1 or more
   * @returns how many were removed
   * @throws {WriteFailedError} the medium refused; some may be gone
   */
  retain(count: number): number {
    this.#assertOpen('remove old snapshots')
    const ids = this.#olderThan(count)
    this.#remove(ids)
    return ids.length
  }

  /**
   * As {@link retain}, and other threads wait for the medium: to give gigabytes back takes long. Nobody sees the old snapshots any more
   * when this returns; durable, and their files gone, when it resolves. What is left when the store is closed before, the next open
   * clears away.
   * @throws {WriteFailedError} the medium refused; some may be gone
   */
  async retainLater(count: number): Promise<number> {
    this.#assertOpen('remove old snapshots')
    const ids = this.#olderThan(count)
    const removal = this.#removal(ids)
    try {
      await removeSnapshotsLater(this.#place, ids, () => this.#isClosed)
    } catch (error) {
      throw removal.failed(error)
    }
    removal.done()
    return ids.length
  }

  /**
   * Removes snapshot `id`, usable or not. Durable when it returns. A stream that reads it is not disturbed.
   * @throws {SnapshotError} `notFound`
   * @throws {WriteFailedError} the medium refused
   */
  remove(id: string): void {
    this.#assertOpen('remove a snapshot')
    this.#remove([id])
  }

  /** Closes the store: what is being written is aborted, what is being read fails. Twice is fine. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const stream of this.#streams) {
      // An error that nobody listens to would end the process: whoever left the stream alone does not wait for it.
      const isWatched = stream.listenerCount('error') > 0
      stream.destroy(isWatched ? snapshotsClosed(this.#place.name, 'go on') : undefined)
    }
  }

  [Symbol.dispose](): void {
    this.close()
  }
  #assertOpen(operation: string): void {
    if (this.#isClosed) throw snapshotsClosed(this.#place.name, operation)
  }

  #head(meta: SnapshotMeta): SnapshotHead {
    checkMeta(meta)
    const { index, term, membership } = meta
    const createdAt = Date.now()
    const stamp = Math.min(Math.max(createdAt, this.#nextStamp), Number.MAX_SAFE_INTEGER)
    this.#nextStamp = stamp + 1
    const head = { id: createSnapshotId({ index, term, stamp }), index, term, createdAt }
    return membership === undefined ? head : { ...head, membership: new Uint8Array(membership) }
  }

  #track<T extends SnapshotWriter | SnapshotReader>(stream: T): T {
    this.#streams.add(stream)
    stream.once('close', () => this.#streams.delete(stream))
    return stream
  }

  /** Newest first. */
  #ids(): string[] {
    return listSnapshotIds(this.#place.directory).filter((id) => !this.#hidden.has(id))
  }

  #inspectAll(): (SnapshotInfo | UnusableSnapshot)[] {
    return this.#ids().map((id) => {
      try {
        return this.#inspect(id, 'list')
      } catch (error) {
        if (!saysUnusable(error)) throw error
        return { id, error }
      }
    })
  }

  #inspect(id: string, operation: string): SnapshotInfo {
    if (this.#hidden.has(id)) throw snapshotNotFound(id, operation)
    return inspectSnapshot(this.#place, id, operation)
  }

  /** Those behind the newest `count` that are not known to be unusable. */
  #olderThan(count: number): string[] {
    checkCount(count)
    let kept = 0
    const older = this.#inspectAll().filter((found) => {
      if (kept === count) return true
      if (!('error' in found) && !this.#damaged.has(found.id)) kept += 1
      return false
    })
    return older.map(({ id }) => id)
  }

  #remove(ids: readonly string[]): void {
    const removal = this.#removal(ids)
    try {
      removeSnapshots(this.#place, ids)
    } catch (error) {
      throw removal.failed(error)
    }
    removal.done()
  }

  /** Tells how the removal of `ids`, which begins now, ends. */
  #removal(ids: readonly string[]): {
    readonly done: () => void
    /** Returns what the caller is to see. */
    readonly failed: (error: unknown) => unknown
  } {
    const startedAt = performance.now()
    const sizes = ids.map((id) => this.#sizeOf(id))
    return {
      done: () => {
        ids.forEach((snapshot, at) => {
          reportDone(this.#place, { operation: 'remove', snapshot, startedAt }, sizes[at] ?? 0)
        })
      },
      failed: (error) => {
        const failure = asWriteFailure(this.#place, 'remove a snapshot', error)
        reportFailure(this.#place, { operation: 'remove', snapshot: ids[0], startedAt }, failure)
        return failure
      },
    }
  }

  /** Throws when there is no such snapshot; of one that is unusable it is not known. */
  #sizeOf(id: string): number {
    try {
      return this.#inspect(id, 'remove').bytes
    } catch (error) {
      if (!saysUnusable(error)) throw error
      return 0
    }
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof SnapshotError && error.kind === 'notFound'
}
