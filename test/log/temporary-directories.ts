/** Directories for tests that judge what a store says, not what the disk keeps: in memory where the host allows it. */
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const sharedMemory = '/dev/shm'

/** A new directory. The caller removes it with {@link removeDirectory}. */
export function temporaryDirectory(): string {
  return mkdtempSync(join(isWritable(sharedMemory) ? sharedMemory : tmpdir(), 'holdfast-test-'))
}

export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true })
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK)
    return true
  } catch {
    return false
  }
}
