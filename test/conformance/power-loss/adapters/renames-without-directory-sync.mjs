/** Renames, and trusts the name to be there. */
import { openWholeFile } from './whole-file-store.mjs'

const open = (directory, options) => openWholeFile(directory, options, { syncDirectory: () => undefined })

export default { name: 'renames without a directory sync', survivesProcess: true, open }
