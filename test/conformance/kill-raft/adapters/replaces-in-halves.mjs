/** Raft storage that promises to replace entries in one step, and truncates before it appends. */
import { setTimeout as wait } from 'node:timers/promises'
import { Minutes, minutes } from '../../kit/adapters/minutes.mjs'

class ReplacesInHalves extends Minutes {
  async append(entries) {
    const differs = entries.find(({ index, term }) => this.at(this.state, index)?.term !== term)
    if (differs !== undefined && differs.index <= this.lastIndex()) {
      this.truncate(differs.index)
      await wait(20)
    }
    super.append(entries)
  }
}

export default minutes('replaces in halves', ReplacesInHalves)
