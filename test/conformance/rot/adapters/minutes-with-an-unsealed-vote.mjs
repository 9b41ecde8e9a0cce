/** Raft storage that has a checksum over its entries, and none over its hard state: it serves what a flipped bit made of a vote. */
import { deserialize, serialize } from 'node:v8'
import { minutes } from '../../kit/adapters/minutes.mjs'
import { SealedMinutes, sealed, unsealed } from './minutes-sealed.mjs'

const lineBytes = 128

class UnsealedVote extends SealedMinutes {
  /** The hard state is a line of one length, before what is sealed. */
  encode({ hardState, ...others }) {
    const line = JSON.stringify(hardState ?? null).padEnd(lineBytes)
    return Buffer.concat([Buffer.from(line), sealed(serialize(others))])
  }

  decode(bytes) {
    const hardState = JSON.parse(bytes.subarray(0, lineBytes).toString())
    return { ...deserialize(unsealed(bytes.subarray(lineBytes))), hardState: hardState ?? undefined }
  }
}

export default minutes('minutes with an unsealed vote', UnsealedVote)
