/** Raft storage that opens with a boundary whose term it did not write. */
import { Minutes, minutes } from '../../kit/adapters/minutes.mjs'

class BoundaryWithoutTerm extends Minutes {
  constructor(directory) {
    super(directory)
    this.state.boundary = { index: this.state.boundary.index, term: 0 }
  }
}

export default minutes('boundary without term', BoundaryWithoutTerm)
