/** LMDB, whose table of readers is mapped shared and writable, without saying that it does not matter. */
import { openKeyValue } from './key-value-store.mjs'

const open = (directory, options) => openKeyValue(directory, options)

export default { name: 'LMDB, volatile files not declared', survivesProcess: true, open }
