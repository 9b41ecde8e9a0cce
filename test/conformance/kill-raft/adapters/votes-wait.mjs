/** Raft storage whose vote is shown at once, and written with the next change of something else. */
import { Minutes, minutes } from '../../kit/adapters/minutes.mjs'

class VotesWait extends Minutes {
  save(hardState) {
    this.state.hardState = this.next(this.state.hardState, hardState)
  }
}

export default minutes('votes wait', VotesWait)
