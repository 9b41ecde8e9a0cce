/** Raft storage that takes a sync that failed for one that succeeded. */
import { minutes } from '../../kit/adapters/minutes.mjs'
import { RefusingMinutes } from './minutes-that-refuse.mjs'

class SwallowSyncErrors extends RefusingMinutes {
  sync(descriptor) {
    try {
      super.sync(descriptor)
    } catch {
      // It will be fine.
    }
  }
}

export default minutes('minutes that swallow sync errors', SwallowSyncErrors)
