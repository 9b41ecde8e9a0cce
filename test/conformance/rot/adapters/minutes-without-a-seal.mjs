/** Raft storage without a checksum: it serves what a flipped bit made of its entries. */
import { RefusingMinutes } from '../../fault/adapters/minutes-that-refuse.mjs'
import { minutes } from '../../kit/adapters/minutes.mjs'

export default minutes('minutes without a seal', RefusingMinutes)
