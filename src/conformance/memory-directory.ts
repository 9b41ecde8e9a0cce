import { accessSync, constants } from 'node:fs'

const path = '/dev/shm'

/** A directory in memory, where this machine has one that can be written: for files that are many and need not last. */
export function memoryDirectory(): string | undefined {
  try {
    accessSync(path, constants.W_OK)
    return path
  } catch {
    return undefined
  }
}
