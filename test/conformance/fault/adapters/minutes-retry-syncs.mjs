/** Raft storage that syncs once more after a sync that failed, and acks. */
import { minutes } from '../../kit/adapters/minutes.mjs'
import { RefusingMinutes } from './minutes-that-refuse.mjs'

class RetrySyncs extends RefusingMinutes {
  sync(descriptor) {
    try {
      super.sync(descriptor)
    } catch {
      super.sync(descriptor)
    }
  }
}

export default minutes('minutes that retry syncs', RetrySyncs)
