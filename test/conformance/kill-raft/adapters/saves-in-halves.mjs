/** Raft storage that promises state and entries in one step, and writes them in two. */
import { setTimeout as wait } from 'node:timers/promises'
import { Minutes, minutes } from '../../kit/adapters/minutes.mjs'

class SavesInHalves extends Minutes {
  async saveWith(hardState, entries) {
    super.saveWith(hardState, [])
    await wait(20)
    super.saveWith(undefined, entries)
  }

  save(hardState) {
    super.saveWith(hardState, [])
  }
}

export default minutes('saves in halves', SavesInHalves)
