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
import { readAhead, readInto } from '../files/index.ts'
import { type Meta, metaPages, readNewestMeta } from './data-file.ts'
import { type FreePages, readFreePages } from './free-pages.ts'
import { Renumbering } from './renumbering.ts'

const bytesPerRead = 1024 * 1024

interface PageRun {
  /** The number of its first page. */
  readonly first: number
  readonly bytes: Buffer
}

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
   * Its bytes, in pieces of up to 1 MiB. Each is in memory that is used again: it is valid until the next is asked for.
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
    const renumbering = new Renumbering(this.#path, this.#meta, free)
    yield renumbering.metaPages()
    for await (const run of readAhead(bytesPerRead, this.#runs(handle, free))) {
      this.#assertHeld()
      yield renumbering.take(run.bytes, run.first)
    }
    renumbering.finish()
  }

  /** Reads one run of pages after the other, free ones between them left out, into the memory that it is given. */
  #runs(handle: FileHandle, free: FreePages): (memory: Buffer) => Promise<PageRun | undefined> {
    const { pageSize, pageCount } = this.#meta
    let next = free.nextUsed(metaPages)
    return async (memory) => {
      if (next >= pageCount) return undefined
      const first = next
      const end = Math.min(first + bytesPerRead / pageSize, pageCount)
      next = free.nextUsed(end)
      const found = await readInto(memory.subarray(0, (end - first) * pageSize), handle.fd, first * pageSize)
      // A healthy file may end before its last pages, if they are free.
      const there = first + Math.floor(found.length / pageSize)
      if (there < end && free.nextUsed(there) < end) throw this.#cutShort(there)
      return { first, bytes: memory.subarray(0, (there - first) * pageSize) }
    }
  }

  #cutShort(page: number): CorruptionError {
    return new CorruptionError(
      { log: this.#path },
      `its data file is truncated: page ${page} should be in it`,
    )
  }
}
