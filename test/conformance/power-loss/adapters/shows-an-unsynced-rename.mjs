/** Shows the file that a killed writer had put in place, although that is not synced. */
import { openWholeFile } from './whole-file-store.mjs'

const open = (directory, options) => openWholeFile(directory, options, { syncAtOpen: () => undefined })

export default { name: 'shows an unsynced rename', survivesProcess: true, open }
