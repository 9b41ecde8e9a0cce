/** Appends without making room first, and takes what the size covers for written. */
import { openAppending } from './appending-store.mjs'

const open = (directory, options) => openAppending(directory, options, { isWhole: () => true })

export default { name: 'trusts the size', survivesProcess: true, open }
