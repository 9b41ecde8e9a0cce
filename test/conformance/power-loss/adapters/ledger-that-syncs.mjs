/** Paxos storage of another make that is right: what it finds when it is opened, it syncs before it shows it. */
import { closeSync, fsyncSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { Ledger, ledger } from '../../kit/adapters/ledger.mjs'

export class SyncedLedger extends Ledger {
  constructor(directory) {
    // A process that was killed may have renamed the file, and not synced that.
    for (const path of [directory, dirname(directory)]) {
      const descriptor = openSync(path, 'r')
      fsyncSync(descriptor)
      closeSync(descriptor)
    }
    super(directory)
  }
}

export default ledger('a ledger that syncs', SyncedLedger)
