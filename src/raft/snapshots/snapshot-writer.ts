/** The stream that a snapshot is written into. */
import { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { WritableStream } from 'node:stream/web'
import { HoldfastError } from '../../errors.ts'
import { syncDirectoryLater } from '../../files/index.ts'
import type { SnapshotOperation } from '../../observer.ts'
import { failIfAsked } from '../../write-failure.ts'
import { type ReportedOperation, reportDone, reportFailure } from './report.ts'
import type { SnapshotSite } from './sites.ts'
import { writingEnded } from './snapshot-defects.ts'
import type { SnapshotInfo } from './snapshot-info.ts'
import { asWriteFailure, type SnapshotPlace } from './snapshot-place.ts'
import { type SnapshotHead, SnapshotStaging } from './snapshot-staging.ts'

/** Bytes that wait for the medium before a writer is told to wait itself. */
const waitingBytesMax = 1024 * 1024

/** What is expected of the next snapshot: as much as of the one before it. */
export interface SnapshotSizes {
  /** Bytes of the last one that this store has published. */
  last: number | undefined
}

/** What a writer needs of its store. */
export interface SnapshotWriting {
  readonly place: SnapshotPlace
  readonly head: SnapshotHead
  readonly operation: SnapshotOperation & ('create' | 'install')
  /** Ids that are not to be shown: not durable yet, or not known to be. */
  readonly hidden: Set<string>
  readonly sizes: SnapshotSizes
}

/**
 * A `Writable` that takes the bytes of one snapshot; write into it, or pipe into it, and then call {@link finish}. Until that
 * resolves there is no snapshot, and if the process ends before, there is none either.
 *
 * Bytes given to `write` must stay as they are until its callback, as with every stream; after it they are on their way, and
 * when the stream is finished they are written. When the medium refuses, the stream fails with a {@link WriteFailedError}, its staging directory is removed, and the store stays usable. Its `error` event need
 * not be listened to, because `finish` rejects with the same error.
 */
export class SnapshotWriter extends Writable {
  /** The id that the snapshot will have. */
  readonly id: string
  readonly #writing: SnapshotWriting
  readonly #staging: SnapshotStaging
  readonly #startedAt = performance.now()
  /** Resolves with what went wrong when the rest was cleared away, if something did. */
  readonly #ended: Promise<Error | undefined>
  #end: (problem: Error | undefined) => void = () => undefined
  #cause: Error | null = null
  #finishing: Promise<SnapshotInfo> | undefined

  /** `SnapshotStore.create` is the way to one. */
  constructor(writing: SnapshotWriting) {
    // After the last byte it stays alive for `finish`, and after an error it is destroyed here.
    super({ autoDestroy: false, highWaterMark: waitingBytesMax })
    this.id = writing.head.id
    this.#writing = writing
    this.#failIfAsked('snapshot.create')
    this.#staging = new SnapshotStaging(writing.place.directory, writing.head, {
      bytesExpected: writing.sizes.last,
      onFailure: (error) => this.#fail(error),
    })
    this.#ended = new Promise((resolve) => {
      this.#end = resolve
    })
    this.on('error', () => undefined)
  }

  /**
   * Ends the stream if it has not ended, makes data, metadata and directories durable, and publishes the snapshot by one
   * rename. Durable and listed when it resolves. A second call gets the same answer.
   *
   * When it rejects the snapshot is not there and its staging directory is gone. If only the last step failed, the sync of the
   * store's directory, the name was given and is taken back: a loss of power may still bring it back, and then whole.
   * @throws {WriteFailedError} the medium refused: make room or replace it, then create another snapshot
   * @throws {SnapshotError} `closed`: the snapshot was aborted, or its store closed
   */
  finish(): Promise<SnapshotInfo> {
    this.#finishing ??= this.#finish()
    return this.#finishing
  }

  /**
   * Gives up the snapshot: nothing of it is left when it resolves. After `finish` has published it this does nothing: what
   * `finish` says counts, and `remove` removes it.
   * @throws {WriteFailedError} the staging directory could not be removed; the next open of the store tries again
   */
  async abort(): Promise<void> {
    this.destroy()
    const problem = await this.#ended
    if (problem !== undefined) throw problem
  }

  /** Aborts the snapshot unless it is finished. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.abort()
  }

  /** The same stream, as a Web stream: closing it ends the data, and {@link finish} is still to be called. */
  toWeb(): WritableStream<Uint8Array> {
    return Writable.toWeb(this)
  }

  override _write(chunk: Uint8Array, _encoding: string, done: (error?: Error) => void): void {
    void this.#append([chunk], done)
  }

  override _writev(chunks: readonly { readonly chunk: Uint8Array }[], done: (error?: Error) => void): void {
    void this.#append(
      chunks.map(({ chunk }) => chunk),
      done,
    )
  }

  override _final(done: (error?: Error) => void): void {
    this.#staging.flush().then(
      () => done(),
      (error: unknown) => done(this.#fail(error)),
    )
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#cause = error
    const problem = this.#discard()
    void this.#staging.close().then(() => {
      this.#end(problem)
      done(error ?? problem)
    })
  }

  async #append(chunks: readonly Uint8Array[], done: (error?: Error) => void): Promise<void> {
    try {
      this.#failIfAsked('snapshot.write')
      await this.#staging.append(chunks)
      done()
    } catch (error) {
      done(this.#fail(error))
    }
  }

  /** Gives up for `error`. Returns what the caller is to see. */
  #fail(error: unknown): Error {
    const failure = this.#asFailure(error)
    if (!this.destroyed) reportFailure(this.#writing.place, this.#operation, failure)
    this.destroy(failure)
    return failure
  }

  async #finish(): Promise<SnapshotInfo> {
    try {
      await this.#allWritten()
      const info = await this.#publish()
      this.destroy()
      return info
    } catch (error) {
      const failure = this.#asFailure(error)
      if (!this.destroyed) reportFailure(this.#writing.place, this.#operation, failure)
      this.destroy()
      await this.#ended
      throw failure
    }
  }

  async #allWritten(): Promise<void> {
    if (this.destroyed) throw writingEnded(this.id)
    if (!this.writableEnded) this.end()
    await finished(this, { readable: false })
  }

  async #publish(): Promise<SnapshotInfo> {
    const { place, hidden, sizes } = this.#writing
    this.#failIfAsked('snapshot.finish.before_sync')
    const info = await this.#staging.seal()
    this.#failIfAsked('snapshot.finish.before_publish')
    // Nothing may come between this and the rename: once destroyed, the directory may have another owner.
    if (this.destroyed) throw writingEnded(this.id)
    hidden.add(this.id)
    this.#staging.publish()
    try {
      this.#failIfAsked('snapshot.finish.after_publish')
      await syncDirectoryLater(place.directory)
    } catch (error) {
      this.#takeBack()
      throw error
    }
    hidden.delete(this.id)
    sizes.last = info.bytes
    reportDone(place, this.#operation, info.bytes)
    return info
  }

  #takeBack(): void {
    if (this.destroyed) return
    try {
      this.#staging.takeBack()
    } catch {
      // The first error is what counts. The snapshot stays hidden, and the next open has it whole or clears it away.
    }
  }

  /** Why there will be no snapshot. */
  #asFailure(error: unknown): Error {
    const cause = this.#cause
    if (cause instanceof HoldfastError) return cause
    if (this.destroyed) return writingEnded(this.id, cause)
    return asWriteFailure(this.#writing.place, this.#at.operation, error) as Error
  }

  #discard(): Error | undefined {
    try {
      this.#staging.discard()
      return undefined
    } catch (error) {
      return asWriteFailure(this.#writing.place, 'clear a snapshot away', error) as Error
    }
  }

  #failIfAsked(site: SnapshotSite): void {
    failIfAsked(this.#writing.place.failpoints, site, this.#at)
  }

  get #at(): { log: string; operation: string } {
    const { place, operation } = this.#writing
    return { log: place.name, operation: `${operation} a snapshot` }
  }

  get #operation(): ReportedOperation {
    return { operation: this.#writing.operation, snapshot: this.id, startedAt: this.#startedAt }
  }
}
