/** Reading, writing, syncing and closing open files on Node's own threads, so that gigabytes do not hold up the event loop. */
import {
  close,
  constants,
  fdatasync,
  fsync,
  type NoParamCallback,
  openSync,
  read,
  write,
  writev,
} from 'node:fs'
import { promisify } from 'node:util'

// What these call is looked up with each call: who puts other calls in the place of Node's, to see what they are for, is heard here too.
const fsyncLater = promisify((descriptor: number, done: NoParamCallback) => fsync(descriptor, done))
const fdatasyncLater = promisify((descriptor: number, done: NoParamCallback) => fdatasync(descriptor, done))
const writeLater = promisify(write)
const writevLater = promisify(writev)
const readLater = promisify(read)

/** The last who closes a file that was removed meanwhile gives its space back, and of gigabytes that takes long. */
export const closeLater: (descriptor: number) => Promise<void> = promisify(close)

/** Writes all of `chunks` from `position` on. The bytes must stay as they are until it is done. */
export async function writeAll(
  descriptor: number,
  chunks: readonly Uint8Array[],
  position: number,
): Promise<void> {
  let rest = chunks.filter(({ length }) => length > 0)
  let next = position
  while (rest.length > 0) {
    const [first] = rest
    const { bytesWritten } =
      rest.length === 1 && first !== undefined
        ? await writeLater(descriptor, first, 0, first.length, next)
        : await writevLater(descriptor, rest, next)
    rest = skip(rest, bytesWritten)
    next += bytesWritten
  }
}

function skip(chunks: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let toSkip = bytes
  let at = 0
  for (; at < chunks.length && toSkip >= (chunks[at]?.length ?? 0); at++) toSkip -= chunks[at]?.length ?? 0
  const [first, ...others] = chunks.slice(at)
  return first === undefined ? [] : [first.subarray(toSkip), ...others]
}

/** Reads from `position` on until `memory` is full, or the file ends. Returns what is filled of it. */
export async function readInto(
  memory: Uint8Array,
  descriptor: number,
  position: number,
): Promise<Uint8Array> {
  let filled = 0
  while (filled < memory.length) {
    const { bytesRead } = await readLater(
      descriptor,
      memory,
      filled,
      memory.length - filled,
      position + filled,
    )
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return memory.subarray(0, filled)
}

/** Makes bytes and length of the open file durable. Never to be tried again on the same file after it failed. */
export function syncDescriptor(descriptor: number): Promise<void> {
  return fsyncLater(descriptor)
}

/** As {@link syncDescriptor}, of the bytes alone. */
export function syncDataOfDescriptor(descriptor: number): Promise<void> {
  return fdatasyncLater(descriptor)
}

/** As `syncDirectory`, without holding up the event loop. */
export async function syncDirectoryLater(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    await syncDescriptor(descriptor)
  } finally {
    await closeLater(descriptor)
  }
}
