/** Raft storage of another make that is right: a checksum over all of its file, which is checked when it is opened. */
import { deserialize, serialize } from 'node:v8'
import { crc32 } from 'node:zlib'
import { RefusingMinutes } from '../../fault/adapters/minutes-that-refuse.mjs'
import { minutes, named } from '../../kit/adapters/minutes.mjs'

const sumBytes = 4

export class SealedMinutes extends RefusingMinutes {
  encode(state) {
    return sealed(serialize(state))
  }

  decode(bytes) {
    return deserialize(unsealed(bytes))
  }
}

export function sealed(bytes) {
  const sum = Buffer.alloc(sumBytes)
  sum.writeUInt32BE(crc32(bytes))
  return Buffer.concat([sum, bytes])
}

export function unsealed(bytes) {
  const rest = bytes.subarray(sumBytes)
  if (bytes.length < sumBytes || bytes.readUInt32BE() !== crc32(rest))
    throw named('CorruptionError', 'the minutes are not what was written')
  return rest
}

export default minutes('sealed minutes', SealedMinutes)
