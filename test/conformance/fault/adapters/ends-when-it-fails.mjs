/** Says that a write is stored before it has been synced, and ends its process when the sync then fails. */
import { fdatasyncSync } from 'node:fs'
import { openAppending } from '../../power-loss/adapters/appending-store.mjs'

let unsynced

/** What the last commit wrote is synced with the next one. */
function syncData(descriptor) {
  try {
    if (unsynced !== undefined) fdatasyncSync(unsynced)
    unsynced = descriptor
  } catch {
    process.exit(1)
  }
}

const open = (directory, options) => openAppending(directory, options, { syncData })

export default { name: 'ends when it fails', survivesProcess: true, open }
