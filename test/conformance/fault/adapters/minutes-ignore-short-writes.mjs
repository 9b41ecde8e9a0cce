/** Raft storage that takes what was asked to be written for what was written. */
import { writeSync } from 'node:fs'
import { minutes } from '../../kit/adapters/minutes.mjs'
import { RefusingMinutes } from './minutes-that-refuse.mjs'

class IgnoreShortWrites extends RefusingMinutes {
  fill(file, bytes) {
    writeSync(file, bytes)
  }
}

export default minutes('minutes that ignore short writes', IgnoreShortWrites)
