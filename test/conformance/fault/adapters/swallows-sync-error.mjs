/** Takes a sync that failed for one that succeeded. */
import { fdatasyncSync } from 'node:fs'
import { openAppending } from '../../power-loss/adapters/appending-store.mjs'

function syncData(descriptor) {
  try {
    fdatasyncSync(descriptor)
  } catch {
    // It will be fine.
  }
}

const open = (directory, options) => openAppending(directory, options, { syncData })

export default { name: 'swallows sync errors', survivesProcess: true, open }
