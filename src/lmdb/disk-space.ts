/**
 * Whether there is room for a write of the data file: before it is tried, and when it has failed.
 *
 * It is asked before, because lmdb 3.5.6 must not meet a full disk: to say which write failed it prints up to 130 characters
 * into a buffer of 100 (mdb.c, `mdb_page_flush`), and the process may end on a damaged heap.
 */
import { readFileSync, statfsSync, statSync } from 'node:fs'

/** A file system with less than this free has refused a write for want of room. */
const freeBytesMin = 64 * 1024

/** There is less room than a write may need, so that it was not tried. */
export class NoRoomError extends Error {
  readonly code = 'ENOSPC'

  constructor(neededBytes: number, freeBytes: number) {
    super(`ENOSPC: up to ${neededBytes} bytes may be needed, and ${freeBytes} are free`)
    this.name = 'NoRoomError'
  }
}

/** @throws {NoRoomError} the file at `path` may not be able to grow by `bytes` */
export function assertRoom(path: string, bytes: number): void {
  if (bytes === 0) return
  const free = Math.min(freeBytes(path), fileSizeMax() - statSync(path).size)
  if (free < bytes) throw new NoRoomError(bytes, Math.max(free, 0))
}

/** True when the file system of `path`, or this process's limit of file sizes, leaves no room. False when that cannot be told. */
export function isOutOfSpace(path: string): boolean {
  try {
    return freeBytes(path) < freeBytesMin || statSync(path).size >= fileSizeMax()
  } catch {
    return false
  }
}

/** What this process may still write on the file system of `path`, in bytes. */
export function freeBytes(path: string): number {
  const { bavail, bfree, bsize } = statfsSync(path)
  // The reserved blocks are root's to use.
  return (process.geteuid?.() === 0 ? bfree : bavail) * bsize
}

let fileSizeLimit: number | undefined

/** RLIMIT_FSIZE, which only Linux tells without a native call. A process's limit is read once: it is set before it starts. */
function fileSizeMax(): number {
  fileSizeLimit ??= readFileSizeLimit()
  return fileSizeLimit
}

function readFileSizeLimit(): number {
  try {
    const line = /^Max file size\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))
    return line?.[1] === undefined ? Number.POSITIVE_INFINITY : Number(line[1])
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
