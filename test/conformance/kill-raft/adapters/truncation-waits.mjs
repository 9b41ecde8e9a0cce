/** Raft storage whose truncation is acked, and written with the next change. */
import { Minutes, minutes } from '../../kit/adapters/minutes.mjs'

class TruncationWaits extends Minutes {
  truncate(from) {
    const state = { ...this.state, entries: [...this.state.entries] }
    this.cut(state, from)
    this.state = state
  }
}

export default minutes('truncation waits', TruncationWaits)
