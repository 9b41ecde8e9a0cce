import { close, open, openSync, unlinkSync } from 'node:fs'
import { unlink } from 'node:fs/promises'

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
  try {
    unlinkSync(path)
  } catch (error) {
    giveBack(descriptor)
    throw error
  }
  return () => giveBack(descriptor)
}

/** As {@link unlinkFile}, on other threads. */
export async function unlinkFileLater(path: string): Promise<() => void> {
  const descriptor = await openLaterIfPossible(path)
  try {
    await unlink(path)
  } catch (error) {
    giveBack(descriptor)
    throw error
  }
  return () => giveBack(descriptor)
}

/** The file goes with the last that has it open. */
function giveBack(descriptor: number | undefined): void {
  if (descriptor !== undefined) close(descriptor, () => undefined)
}

/** Without it the file is removed all the same. */
function openIfPossible(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch {
    return undefined
  }
}

function openLaterIfPossible(path: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    open(path, 'r', (_error, descriptor: number | undefined) => resolve(descriptor))
  })
}
