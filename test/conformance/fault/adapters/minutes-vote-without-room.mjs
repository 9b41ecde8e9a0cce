/** Raft storage that acks a vote for which there was no room. */
import { minutes } from '../../kit/adapters/minutes.mjs'
import { RefusingMinutes } from './minutes-that-refuse.mjs'

class VoteWithoutRoom extends RefusingMinutes {
  save(hardState) {
    try {
      super.save(hardState)
    } catch (error) {
      if (error.code !== 'ENOSPC') throw error
    }
  }

  fail(error) {
    throw error
  }
}

export default minutes('minutes that vote without room', VoteWithoutRoom)
