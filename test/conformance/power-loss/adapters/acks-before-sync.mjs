/** Appends, acks, and leaves the sync to the kernel. */
import { openAppending } from './appending-store.mjs'

const open = (directory, options) => openAppending(directory, options, { syncData: () => undefined })

export default { name: 'acks before the sync', survivesProcess: true, open }
