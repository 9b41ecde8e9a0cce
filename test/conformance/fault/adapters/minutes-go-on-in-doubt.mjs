/** Raft storage that says that a write is in doubt, and takes the next one all the same. */
import { minutes } from '../../kit/adapters/minutes.mjs'
import { RefusingMinutes } from './minutes-that-refuse.mjs'

class GoOnInDoubt extends RefusingMinutes {
  fail({ message }) {
    throw Object.assign(new Error(message), { name: 'WriteFailedError', inDoubt: true })
  }
}

export default minutes('minutes that go on in doubt', GoOnInDoubt)
