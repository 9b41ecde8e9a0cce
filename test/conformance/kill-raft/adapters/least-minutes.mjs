/** Raft storage that promises the least, keeps that, and takes its time between its steps. */
import { setTimeout as wait } from 'node:timers/promises'
import { defineAdapter } from '../../../../dist/src/conformance/index.js'
import { Minutes } from '../../kit/adapters/minutes.mjs'

class LeastMinutes extends Minutes {
  installSnapshot = undefined

  async append(entries) {
    const differs = entries.findIndex(({ index, term }) => this.at(this.state, index)?.term !== term)
    if (differs < 0) return
    const fresh = entries.slice(differs)
    if (fresh[0].index <= this.lastIndex()) this.truncate(fresh[0].index)
    for (const entry of fresh) {
      super.append([entry])
      await wait(1)
    }
  }

  /** What the engine learns again is not written for its own sake: it waits for another write, or for a flush. */
  save(hardState) {
    const { hardState: before } = this.state
    const isSame = before?.currentTerm === hardState.currentTerm && before?.votedFor === hardState.votedFor
    if (isSame) this.state.hardState = this.next(before, hardState)
    else super.save(hardState)
  }

  flush() {
    this.write(() => {})
  }

  close() {
    this.flush()
  }
}

export default defineAdapter({
  name: 'the least minutes',
  kind: 'raft',
  open: (directory) => new LeastMinutes(directory),
})
