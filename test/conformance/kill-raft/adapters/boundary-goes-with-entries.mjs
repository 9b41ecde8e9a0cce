/** Raft storage that works its boundary out of its first entry: when every entry was purged, it begins at 1 again. */
import { Minutes, minutes } from '../../kit/adapters/minutes.mjs'

class BoundaryGoesWithEntries extends Minutes {
  constructor(directory) {
    super(directory)
    if (this.state.entries.length === 0) this.state.boundary = { index: 0, term: 0 }
  }
}

export default minutes('boundary goes with entries', BoundaryGoesWithEntries)
