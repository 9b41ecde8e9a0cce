/** The data of one snapshot, read in any order. */
import { closeLater, readInto } from '../../files/index.ts'
import { isLossOfMedium, snapshotDefect, snapshotsClosed } from './snapshot-defects.ts'
import { openData } from './snapshot-directory.ts'
import type { SnapshotInfo } from './snapshot-info.ts'
import type { SnapshotPlace } from './snapshot-place.ts'

/**
 * Pieces of a snapshot's data, for who knows by other means whether a piece is right: the snapshot's own checksum is of all of it,
 * and is not looked at here. Removing the snapshot meanwhile does not disturb it.
 */
export class SnapshotFile {
  readonly info: SnapshotInfo
  readonly #descriptor: number
  readonly #onDamage: () => void
  readonly #reads = new Set<Promise<unknown>>()
  #isClosed = false

  /** `SnapshotStore.openFile` is the way to one. */
  constructor(place: SnapshotPlace, info: SnapshotInfo, onDamage: () => void) {
    this.info = info
    this.#onDamage = onDamage
    this.#descriptor = openData(place, info.id)
  }

  /**
   * Reads `bytes` bytes from `position` on, into memory of its own, or into the beginning of `memory`.
   * @throws {SnapshotError} `incomplete`: there are not so many; `corrupt`: the medium lost them; `closed`
   */
  async read(
    position: number,
    bytes: number,
    memory: Uint8Array = Buffer.allocUnsafeSlow(bytes),
  ): Promise<Uint8Array> {
    if (this.#isClosed) throw snapshotsClosed(this.info.id, 'read')
    const reading = readInto(memory.subarray(0, bytes), this.#descriptor, position)
    this.#reads.add(reading)
    try {
      const piece = await reading
      if (piece.length === bytes) return piece
      throw this.damaged('incomplete', `its data end at ${position + piece.length} bytes`)
    } catch (error) {
      throw isLossOfMedium(error) ? this.damaged('corrupt', 'its data cannot be read', error) : error
    } finally {
      this.#reads.delete(reading)
    }
  }

  /** The error to throw for what turned out to be damaged. The store then no longer counts the snapshot as usable. */
  damaged(kind: 'corrupt' | 'incomplete', what: string, cause?: unknown): Error {
    this.#onDamage()
    return snapshotDefect(this.info.id, kind, what, cause)
  }

  /** Twice is fine. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await Promise.allSettled(this.#reads)
    await closeLater(this.#descriptor)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
