/** Raft storage that is right, and leaves out a method that it may leave out. */
import { Minutes, minutes } from './minutes.mjs'

class WithoutReset extends Minutes {
  reset = undefined
}

export default minutes('minutes without reset', WithoutReset)
