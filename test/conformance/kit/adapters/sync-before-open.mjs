import { closeSync, fsyncSync, openSync } from 'node:fs'
import { dirname } from 'node:path'

/** A process that was killed may have renamed the file, and not synced that. */
export function syncBeforeOpen(directory) {
  for (const path of [directory, dirname(directory)]) {
    const descriptor = openSync(path, 'r')
    fsyncSync(descriptor)
    closeSync(descriptor)
  }
}
