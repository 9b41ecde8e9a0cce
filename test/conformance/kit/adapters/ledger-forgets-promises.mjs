/** Paxos storage that shows a promise at once, and writes it with the next change of something else. */
import { Ledger, ledger } from './ledger.mjs'

class ForgetsPromises extends Ledger {
  setPromise(ballot) {
    this.state.promise = ballot
  }
}

export default ledger('forgets promises', ForgetsPromises)
