/** Raft storage that is told of an installed snapshot, shows that, and writes it with the next change. */
import { Minutes, minutes } from '../../kit/adapters/minutes.mjs'

class InstallWaits extends Minutes {
  installSnapshot(id) {
    const { write } = this
    this.write = (change) => {
      const state = { ...this.state, entries: [...this.state.entries] }
      change(state)
      this.state = state
    }
    super.installSnapshot(id)
    this.write = write
  }
}

export default minutes('install waits', InstallWaits)
