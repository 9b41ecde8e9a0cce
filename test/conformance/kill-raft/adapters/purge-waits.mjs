/** Raft storage whose purge is acked, and written with the next change, and that does not say so. */
import { Minutes, minutes } from '../../kit/adapters/minutes.mjs'

class PurgeWaits extends Minutes {
  purge(upTo) {
    const { write } = this
    this.write = (change) => {
      const state = { ...this.state, entries: [...this.state.entries] }
      change(state)
      this.state = state
    }
    super.purge(upTo)
    this.write = write
  }
}

export default minutes('purge waits', PurgeWaits)
