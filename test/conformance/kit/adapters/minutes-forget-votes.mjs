/** Raft storage that shows term and vote at once, and writes them with the next change of something else. */
import { Minutes, minutes } from './minutes.mjs'

class ForgetVotes extends Minutes {
  save(hardState) {
    this.state.hardState = this.next(this.state.hardState, hardState)
  }
}

export default minutes('forget votes', ForgetVotes)
