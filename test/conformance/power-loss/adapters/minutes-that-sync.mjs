/** Raft storage of another make that is right: what it finds when it is opened, it syncs before it shows it. */
import { Minutes, minutes } from '../../kit/adapters/minutes.mjs'
import { syncBeforeOpen } from '../../kit/adapters/sync-before-open.mjs'

export class SyncedMinutes extends Minutes {
  constructor(directory) {
    syncBeforeOpen(directory)
    super(directory)
  }
}

export default minutes('minutes that sync', SyncedMinutes)
