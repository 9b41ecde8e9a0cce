/** Raft storage that looks for ever for the end of a file that was cut. */
import { minutes } from '../../kit/adapters/minutes.mjs'
import { SealedMinutes } from './minutes-sealed.mjs'

class DieOfACut extends SealedMinutes {
  /** The length of the file comes before all else. */
  encode(state) {
    const bytes = super.encode(state)
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    return Buffer.concat([length, bytes])
  }

  decode(bytes) {
    while (bytes.length < 4 || bytes.readUInt32BE() > bytes.length - 4);
    return super.decode(bytes.subarray(4))
  }
}

export default minutes('minutes that die of a cut', DieOfACut)
