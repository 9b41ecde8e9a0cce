import { closeSync, constants, fsyncSync, openSync } from 'node:fs'

/**
 * Makes the entries of the directory at `path` durable: files created, renamed and removed in it. Not what is in the files.
 * Does nothing on Windows, which has no such call and keeps the order of its directory changes itself.
 * @throws errors of the file system as they are, `ENOTDIR` when it is a file
 * @see fsync(2): "calling fsync() does not necessarily ensure that the entry in the directory has also reached disk"
 */
export function syncDirectory(path: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
