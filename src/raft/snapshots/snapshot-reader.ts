/** The stream that a snapshot is read from. */
import { createHash } from 'node:crypto'
import { close, fstatSync } from 'node:fs'
import { addAbortSignal, Readable } from 'node:stream'
import { readInto } from '../../files/index.ts'
import { type ReportedOperation, reportDone, reportFailure } from './report.ts'
import { isLossOfMedium, snapshotDefect } from './snapshot-defects.ts'
import { openData } from './snapshot-directory.ts'
import type { SnapshotInfo } from './snapshot-info.ts'
import { damageIfAsked, type SnapshotPlace, saysUnusable } from './snapshot-place.ts'

const chunkBytes = 256 * 1024
const waitingBytesMax = 512 * 1024

/** What a reader needs of its store. */
export interface SnapshotReading {
  readonly place: SnapshotPlace
  readonly info: SnapshotInfo
  /** Aborting it destroys the stream with an `AbortError`. */
  readonly signal: AbortSignal | undefined
  /** Told when the snapshot turns out to be damaged. */
  readonly onDamage: (error: unknown) => void
  /** Told when every byte of it was right. */
  readonly onVerified: () => void
}

/**
 * A `Readable` of one snapshot's data. Its last chunk is handed over only after the checksum of all of them was found right, so
 * who has read to the end has read what was written, and who has not must not use any of it. A snapshot that is damaged fails
 * with a {@link SnapshotError} instead. It holds a few chunks in memory, whatever the size of the snapshot, and goes on when
 * the snapshot is removed meanwhile.
 */
export class SnapshotReader extends Readable {
  readonly info: SnapshotInfo
  readonly #reading: SnapshotReading
  readonly #descriptor: number
  readonly #hash = createHash('sha256')
  readonly #startedAt = performance.now()
  #position = 0
  /** The chunk at `#position`, which another thread reads while this one hashes the chunk before. */
  #ahead: Promise<Uint8Array> | undefined
  #isAtEnd = false

  /** `SnapshotStore.open` is the way to one. */
  constructor(reading: SnapshotReading) {
    const { place, info, signal } = reading
    super({ highWaterMark: waitingBytesMax })
    this.info = info
    this.#reading = reading
    this.#descriptor = openData(place, info.id)
    if (signal !== undefined) addAbortSignal(signal, this)
  }

  override _read(): void {
    void this.#readOn()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // Closed earlier, its number could be another file's while a thread still reads from it.
    void Promise.allSettled([this.#ahead]).then(() => {
      close(this.#descriptor, () => done(error))
    })
  }

  async #readOn(): Promise<void> {
    try {
      const chunk = await this.#nextChunk()
      if (this.destroyed) return
      if (this.#isAtEnd) this.#check()
      if (chunk.length > 0) this.push(chunk)
      if (!this.#isAtEnd) return
      this.push(null)
      reportDone(this.#reading.place, this.#operation, this.info.bytes)
    } catch (error) {
      this.#fail(error)
    }
  }

  async #nextChunk(): Promise<Uint8Array> {
    const { place, info } = this.#reading
    damageIfAsked(place, 'snapshot.read', info.id)
    this.#ahead ??= this.#readChunk()
    const chunk = await this.#ahead
    const expected = this.#bytesAt(this.#position)
    if (chunk.length < expected) {
      const bytes = this.#position + chunk.length
      throw snapshotDefect(info.id, 'incomplete', `its data have ${bytes} bytes of ${info.bytes}`)
    }
    this.#position += chunk.length
    this.#isAtEnd = this.#position === info.bytes
    if (!this.#isAtEnd && !this.destroyed) this.#ahead = this.#readChunk()
    this.#hash.update(chunk)
    return chunk
  }

  /** The chunk at `#position`. */
  #readChunk(): Promise<Uint8Array> {
    const memory = Buffer.allocUnsafeSlow(this.#bytesAt(this.#position))
    const chunk = readInto(memory, this.#descriptor, this.#position)
    // Who awaits it is told that it failed; perhaps nobody does yet.
    chunk.catch(() => undefined)
    return chunk
  }

  #bytesAt(position: number): number {
    return Math.min(chunkBytes, this.info.bytes - position)
  }

  #check(): void {
    const { id, bytes, sha256 } = this.info
    const { size } = fstatSync(this.#descriptor)
    if (size !== bytes)
      throw snapshotDefect(id, 'corrupt', `its data have ${size} bytes where ${bytes} belong`)
    const computed = this.#hash.digest('hex')
    if (computed === sha256) {
      this.#reading.onVerified()
      return
    }
    throw snapshotDefect(id, 'corrupt', `its data have SHA-256 ${computed} where ${sha256} belongs`)
  }

  #fail(error: unknown): void {
    const isLost = isLossOfMedium(error)
    const failure = isLost ? snapshotDefect(this.info.id, 'corrupt', 'its data cannot be read', error) : error
    if (this.destroyed) return
    if (saysUnusable(failure)) this.#reading.onDamage(failure)
    reportFailure(this.#reading.place, this.#operation, failure)
    this.destroy(failure as Error)
  }

  get #operation(): ReportedOperation {
    return { operation: 'open', snapshot: this.info.id, startedAt: this.#startedAt }
  }
}
