import { close, openSync, unlinkSync } from 'node:fs'

/**
 * Removes the file at `path`. Its name is gone on return; its space is given back by another thread, as of gigabytes that takes long.
 * @throws errors of the file system as they are
 */
export function removeFile(path: string): void {
  const descriptor = openIfPossible(path)
  try {
    unlinkSync(path)
  } finally {
    // The file goes with the last that has it open.
    if (descriptor !== undefined) close(descriptor, () => undefined)
  }
}

/** Without it the file is removed all the same. */
function openIfPossible(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch {
    return undefined
  }
}
