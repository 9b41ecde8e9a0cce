/** LMDB told not to sync at all. */
import { openKeyValue, volatileFiles } from './key-value-store.mjs'

const how = { database: { noSync: true } }
const open = (directory, options) => openKeyValue(directory, options, how)

export default { name: 'LMDB, noSync', survivesProcess: true, volatileFiles, open }
