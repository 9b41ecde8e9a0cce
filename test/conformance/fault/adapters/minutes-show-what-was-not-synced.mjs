/** Raft storage that shows what it finds when it is opened, and does not write it anew: a sync that failed has not made it durable. */
import { minutes } from '../../kit/adapters/minutes.mjs'
import { RefusingMinutes } from './minutes-that-refuse.mjs'

class ShowWhatWasNotSynced extends RefusingMinutes {
  publish(state) {
    if (this.isOpen) super.publish(state)
    this.isOpen = true
  }
}

export default minutes('minutes that show what was not synced', ShowWhatWasNotSynced)
