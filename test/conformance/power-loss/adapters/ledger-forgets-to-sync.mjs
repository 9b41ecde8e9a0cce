/** Paxos storage of another make that renames what it wrote into place before that is synced. */
import { renameSync, writeFileSync } from 'node:fs'
import { serialize } from 'node:v8'
import { ledger } from '../../kit/adapters/ledger.mjs'
import { SyncedLedger } from './ledger-that-syncs.mjs'

class ForgetsToSync extends SyncedLedger {
  write() {
    writeFileSync(`${this.path}.new`, serialize(this.state))
    renameSync(`${this.path}.new`, this.path)
  }
}

export default ledger('a ledger that forgets to sync', ForgetsToSync)
