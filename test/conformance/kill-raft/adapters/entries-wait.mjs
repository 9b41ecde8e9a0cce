/** Raft storage that acks an append before it is written: the next change of something else takes it along. */
import { Minutes, minutes } from '../../kit/adapters/minutes.mjs'

class EntriesWait extends Minutes {
  append(entries) {
    const state = { ...this.state, entries: [...this.state.entries] }
    this.put(state, entries)
    this.state = state
  }
}

export default minutes('entries wait', EntriesWait)
