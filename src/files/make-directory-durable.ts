import { mkdirSync, rmdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { InvalidArgumentError } from '../errors.ts'
import { syncDirectory } from './sync-directory.ts'

/**
 * Makes sure that `path` is a directory, parents included, and that it is there after a loss of power. Durable when it
 * returns.
 *
 * Levels are made and synced one by one, from the top. So when a process is killed in here, at most the lowest level that it
 * made is not durable, and the next call syncs that one again, although it finds it there.
 * @throws {InvalidArgumentError} `path` or a parent of it is a file: choose another directory, or move the file away
 * @throws other errors of the file system as they are (`EACCES`, `ENOSPC`)
 */
export function makeDirectoryDurable(path: string): void {
  const missing: string[] = []
  let existing = resolve(path)
  while (!isDirectory(existing, path)) {
    missing.unshift(existing)
    existing = dirname(existing)
  }
  syncParentIfReadable(existing)
  for (const directory of missing) {
    makeDirectory(directory, path)
    syncOrRemove(directory)
  }
}

/** False when nothing has that name. */
function isDirectory(path: string, asked: string): boolean {
  const stats = statOf(path)
  if (stats !== undefined && !stats.isDirectory()) throw notDirectory(path, asked)
  return stats !== undefined
}

function statOf(path: string): ReturnType<typeof statSync> | undefined {
  try {
    return statSync(path)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    // ENOTDIR: a parent is a file, and its turn comes.
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}

function makeDirectory(path: string, asked: string): void {
  try {
    mkdirSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    // Another process was faster, or the name is a link to nowhere.
    if (!isDirectory(path, asked)) throw notDirectory(path, asked, error)
  }
}

/** After a sync that failed no later one can be trusted to do what it did not: whoever tries again must make it anew. */
function syncOrRemove(directory: string): void {
  try {
    syncDirectory(dirname(directory))
  } catch (error) {
    try {
      rmdirSync(directory)
    } catch {
      // It is not empty: somebody else was faster to use it.
    }
    throw error
  }
}

/** The parent of a directory made by others may be closed to us; then its durability was their concern. */
function syncParentIfReadable(path: string): void {
  try {
    syncDirectory(dirname(path))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code !== 'EACCES' && code !== 'EPERM') throw error
  }
}

function notDirectory(path: string, asked: string, cause?: unknown): InvalidArgumentError {
  const which = path === resolve(asked) ? 'it' : `its parent "${path}"`
  return new InvalidArgumentError(
    'directory',
    `Cannot make directory "${asked}": ${which} is there and is not a directory; ` +
      'choose another directory, or move what is there away',
    { cause },
  )
}
