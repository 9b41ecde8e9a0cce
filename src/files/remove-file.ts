import { close, openSync, unlinkSync } from 'node:fs'

/**
 * Removes the file at `path`. Its name is gone on return; its space is given back by another thread, as of gigabytes that takes long.
 * @throws errors of the file system as they are
 */
export function removeFile(path: string): void {
  unlinkFile(path)()
}

/**
 * As {@link removeFile}, and its space is kept until what is returned is called: while it is given back, other changes of the file
 * system may have to wait.
 * @throws errors of the file system as they are
 */
export function unlinkFile(path: string): () => void {
  const descriptor = openIfPossible(path)
  // The file goes with the last that has it open.
  const giveBack = (): void => {
    if (descriptor !== undefined) close(descriptor, () => undefined)
  }
  try {
    unlinkSync(path)
  } catch (error) {
    giveBack()
    throw error
  }
  return giveBack
}

/** Without it the file is removed all the same. */
function openIfPossible(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch {
    return undefined
  }
}
