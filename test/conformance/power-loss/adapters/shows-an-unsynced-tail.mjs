/** Reads what a killed writer left at the end of its log, shows it, and leaves the sync to the next commit. */
import { openAppending } from './appending-store.mjs'

const open = (directory, options) => openAppending(directory, options, { syncAtOpen: () => undefined })

export default { name: 'shows an unsynced tail', survivesProcess: true, open }
