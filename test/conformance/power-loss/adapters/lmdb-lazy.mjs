/** Writes what is deferred in LMDB transactions that are not synced: they reuse pages that the synced state still needs. */
import { TransactionFlags } from 'lmdb'
import { openKeyValue, volatileFiles } from './key-value-store.mjs'

const how = { deferFlags: TransactionFlags.NO_SYNC_FLUSH }
const open = (directory, options) => openKeyValue(directory, options, how)

export default { name: 'LMDB, lazy', survivesProcess: true, volatileFiles, open }
