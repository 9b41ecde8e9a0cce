/** Paxos storage of another make that is right: what it finds when it is opened, it syncs before it shows it. */
import { Ledger, ledger } from '../../kit/adapters/ledger.mjs'
import { syncBeforeOpen } from '../../kit/adapters/sync-before-open.mjs'

export class SyncedLedger extends Ledger {
  constructor(directory) {
    syncBeforeOpen(directory)
    super(directory)
  }
}

export default ledger('a ledger that syncs', SyncedLedger)
