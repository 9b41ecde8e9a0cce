/**
 * Whether there is room for a write of the data file, asked before it is tried.
 *
 * It is asked before, because lmdb 3.5.6 must not meet a full disk: to say which write failed it prints up to 130 characters
 * into a buffer of 100 (mdb.c, `mdb_page_flush`), and the process may end on a damaged heap. Nor must it meet the end of the
 * address space, where a larger map ends the process.
 */
import { statfsSync, statSync } from 'node:fs'
import { addressSpaceMax, addressSpaceUsed, fileSizeMax } from './process-limits.ts'

/** Beyond this much, what is free is not filled by others while an answer lasts: they would have to write 100 GiB a second. */
const plentyBytes = 1024 ** 3
const answerLastsMs = 10

/** There is less room than a write may need, so that it was not tried. */
export class NoRoomError extends Error {
  readonly code: 'ENOSPC' | 'ENOMEM'

  constructor(code: 'ENOSPC' | 'ENOMEM', neededBytes: number, freeBytes: number) {
    super(`${code}: up to ${neededBytes} bytes may be needed, and ${Math.max(freeBytes, 0)} are free`)
    this.name = 'NoRoomError'
    this.code = code
  }
}

/** What the environment knows of the space inside its file. */
export interface FileSpace {
  readonly usedBytes: number
  readonly mapSizeBytes: number
  /** Pages of the file that hold nothing, in bytes. Takes time with the number of databases. */
  unusedBytes(): number
}

/**
 * How far one data file may still grow. To ask the system takes a tenth of a small commit, so that an answer of plenty holds
 * for the commits of the next moment, which are counted against it.
 */
export class DiskRoom {
  readonly #path: string
  readonly #inside: () => FileSpace
  #askedAt = Number.NEGATIVE_INFINITY
  /** What may still be written on the last answer. */
  #creditBytes = 0

  constructor(path: string, inside: () => FileSpace) {
    this.#path = path
    this.#inside = inside
  }

  /** @throws {NoRoomError} the file may not be able to take `bytes` more */
  assert(bytes: number): void {
    if (bytes === 0) return
    if (addressSpaceMax() !== Number.POSITIVE_INFINITY) assertMapCanGrow(this.#inside(), bytes)
    if (this.#creditBytes < bytes || performance.now() - this.#askedAt > answerLastsMs) this.#ask(bytes)
    this.#creditBytes -= bytes
  }

  #ask(bytes: number): void {
    const free = growthBytes(this.#path)
    // Unused pages count half: those of the last transactions, and of readers, are not to be had yet.
    if (free < bytes && free + this.#inside().unusedBytes() / 2 < bytes)
      throw new NoRoomError('ENOSPC', bytes, free)
    this.#askedAt = performance.now()
    this.#creditBytes = Math.max(free - plentyBytes, bytes)
  }
}

/** @throws {NoRoomError} `bytes` more cannot be written in `directory` */
export function assertRoomIn(directory: string, bytes: number): void {
  const free = Math.min(freeBytes(directory), fileSizeMax())
  if (free < bytes) throw new NoRoomError('ENOSPC', bytes, free)
}

/** @throws {NoRoomError} this process may not map `bytes` more */
export function assertAddressSpace(bytes: number): void {
  const free = addressSpaceMax() - addressSpaceUsed()
  if (free < bytes) throw new NoRoomError('ENOMEM', bytes, free)
}

/** What this process may still write on the file system of `path`, in bytes. */
export function freeBytes(path: string): number {
  const { bavail, bfree, bsize } = statfsSync(path)
  // The reserved blocks are root's to use.
  return (process.geteuid?.() === 0 ? bfree : bavail) * bsize
}

function growthBytes(path: string): number {
  const limit = fileSizeMax()
  return limit === Number.POSITIVE_INFINITY
    ? freeBytes(path)
    : Math.min(freeBytes(path), limit - statSync(path).size)
}

/** LMDB maps anew, up to twice as much, when the file outgrows its map. */
function assertMapCanGrow({ usedBytes, mapSizeBytes }: FileSpace, bytes: number): void {
  if (usedBytes + bytes > mapSizeBytes) assertAddressSpace(2 * (mapSizeBytes + bytes))
}
