/** Raft storage that says of every write that failed that it certainly did not happen, though it may be there when it is opened again. */
import { minutes } from '../../kit/adapters/minutes.mjs'
import { RefusingMinutes } from './minutes-that-refuse.mjs'

class DenyWhatHappened extends RefusingMinutes {
  fail(error) {
    super.fail(Object.assign(error, { definite: true }))
  }
}

export default minutes('minutes that deny what happened', DenyWhatHappened)
