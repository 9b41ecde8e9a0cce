/** Raft storage that takes a file that it cannot read for one that was never written. */
import { minutes } from '../../kit/adapters/minutes.mjs'
import { SealedMinutes } from './minutes-sealed.mjs'

class TakeForNew extends SealedMinutes {
  decode(bytes) {
    try {
      return super.decode(bytes)
    } catch {
      return { entries: [], boundary: { index: 0, term: 0 }, hardState: undefined }
    }
  }
}

export default minutes('minutes that take a cut file for new', TakeForNew)
