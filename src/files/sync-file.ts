import { closeSync, fsyncSync, openSync } from 'node:fs'

/** Windows flushes only what is open for writing; elsewhere reading is enough, also for files that are write-protected. */
const flags = process.platform === 'win32' ? 'r+' : 'r'

/**
 * Makes the bytes and the length of the file at `path` durable, whoever wrote them. Not its name: {@link syncDirectory}.
 * @throws errors of the file system as they are. After `EIO` or `ENOSPC` it is not known what reached the medium: write the
 *   file anew under another name
 * @see fsync(2)
 */
export function syncFile(path: string): void {
  const descriptor = openSync(path, flags)
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
