/** Raft storage that has a checksum over its entries and its vote, and none over the purge boundary. */
import { deserialize, serialize } from 'node:v8'
import { minutes } from '../../kit/adapters/minutes.mjs'
import { SealedMinutes, sealed, unsealed } from './minutes-sealed.mjs'

const boundaryBytes = 12

class UnsealedBoundary extends SealedMinutes {
  encode({ boundary, ...others }) {
    const head = Buffer.alloc(boundaryBytes)
    head.writeUIntBE(boundary.index, 0, 6)
    head.writeUIntBE(boundary.term, 6, 6)
    return Buffer.concat([head, sealed(serialize(others))])
  }

  decode(bytes) {
    const boundary = { index: bytes.readUIntBE(0, 6), term: bytes.readUIntBE(6, 6) }
    return { ...deserialize(unsealed(bytes.subarray(boundaryBytes))), boundary }
  }
}

export default minutes('minutes with an unsealed boundary', UnsealedBoundary)
