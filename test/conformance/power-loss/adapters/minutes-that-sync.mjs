/** Raft storage of another make that is right: what it finds when it is opened, it syncs before it shows it. */
import { closeSync, fsyncSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { Minutes, minutes } from '../../kit/adapters/minutes.mjs'

export class SyncedMinutes extends Minutes {
  constructor(directory) {
    // A process that was killed may have renamed the file, and not synced that.
    for (const path of [directory, dirname(directory)]) {
      const descriptor = openSync(path, 'r')
      fsyncSync(descriptor)
      closeSync(descriptor)
    }
    super(directory)
  }
}

export default minutes('minutes that sync', SyncedMinutes)
