/**
 * The data file of an environment as it is at one moment, compact, as a stream: what LMDB's own compact copy would be, read once and
 * in order. LMDB's copy is written to a file that somebody then has to read again, and it writes each value that is longer than
 * half a page by itself, past the page cache: of rows of some kilobytes that is a twentieth of what a medium can do.
 *
 * Assumes that no page of that moment is used again meanwhile: a read transaction, begun before, is held until the end. It asks
 * nothing of LMDB, and so no call of it can outlive the environment.
 */
import { type FileHandle, open } from 'node:fs/promises'
import { CorruptionError } from '../errors.ts'
import { type Meta, metaPages, readNewestMeta } from './data-file.ts'
import { type FreePages, readFreePages } from './free-pages.ts'
import { Renumbering } from './renumbering.ts'

const bytesPerRead = 1024 * 1024

export class CompactImage {
  readonly #path: string
  readonly #meta: Meta
  readonly #assertHeld: () => void

  /**
   * Of what is committed now in the file at `path`, whose writer must be this thread.
   * @param assertHeld  throws once the pages of this moment may be used again; asked after each read
   */
  constructor(path: string, assertHeld: () => void) {
    this.#path = path
    this.#meta = readNewestMeta(path)
    this.#assertHeld = assertHeld
  }

  /** Of the last commit that is in it. */
  get transaction(): number {
    return Number(this.#meta.transaction)
  }

  /**
   * Its bytes, in pieces of up to 1 MiB, each in memory of its own.
   * @throws {CorruptionError} the file is not what LMDB writes: the image is none
   * @throws errors of the file system as they are
   */
  async *pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    this.#assertHeld()
    const handle = await open(this.#path)
    try {
      const { size: bytes } = await handle.stat()
      const free = await readFreePages({ path: this.#path, descriptor: handle.fd, bytes }, this.#meta)
      this.#assertHeld()
      yield* this.#piecesOf(handle, free)
    } finally {
      await handle.close()
    }
  }

  async *#piecesOf(handle: FileHandle, free: FreePages): AsyncGenerator<Uint8Array, void, undefined> {
    const { pageSize, pageCount } = this.#meta
    const renumbering = new Renumbering(this.#path, this.#meta, free)
    yield renumbering.metaPages()
    for (let page = free.nextUsed(metaPages); page < pageCount; ) {
      const end = Math.min(page + bytesPerRead / pageSize, pageCount)
      const bytes = await this.#read(handle, page, end - page)
      this.#assertHeld()
      // A healthy file may end before its last pages, if they are free.
      const there = page + Math.floor(bytes.length / pageSize)
      if (there < end && free.nextUsed(there) < end) throw this.#cutShort(there)
      yield renumbering.take(bytes.subarray(0, (there - page) * pageSize), page)
      page = free.nextUsed(end)
    }
    renumbering.finish()
  }

  async #read(handle: FileHandle, page: number, count: number): Promise<Buffer> {
    const { pageSize } = this.#meta
    // Memory of its own: who takes it keeps it until it is written.
    const buffer = Buffer.allocUnsafeSlow(count * pageSize)
    let filled = 0
    while (filled < buffer.length) {
      const position = page * pageSize + filled
      const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, position)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return buffer.subarray(0, filled)
  }

  #cutShort(page: number): CorruptionError {
    return new CorruptionError(
      { log: this.#path },
      `its data file is truncated: page ${page} should be in it`,
    )
  }
}
