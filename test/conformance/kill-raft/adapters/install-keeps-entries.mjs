/** Raft storage that keeps entries before an installed snapshot's place, and shows them again when it is opened. */
import { Minutes, minutes } from '../../kit/adapters/minutes.mjs'

class InstallKeepsEntries extends Minutes {
  constructor(directory) {
    super(directory)
    const { kept } = this.state
    if (kept === undefined || this.state.entries.length > 0) return
    this.state.entries = kept.entries
    this.state.boundary = kept.boundary
  }

  installSnapshot(id) {
    const { entries, boundary } = this.state
    this.state.kept = { entries, boundary }
    super.installSnapshot(id)
  }
}

export default minutes('install keeps entries', InstallKeepsEntries)
