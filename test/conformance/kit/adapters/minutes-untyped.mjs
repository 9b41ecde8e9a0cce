/** Raft storage that is right, and whose errors have no names. */
import { Minutes, minutes } from './minutes.mjs'

export default minutes('minutes without types', Minutes, false)
