/** Syncs once more after a sync that failed, and trusts the second one. */
import { fdatasyncSync } from 'node:fs'
import { openAppending } from '../../power-loss/adapters/appending-store.mjs'

function syncData(descriptor) {
  try {
    fdatasyncSync(descriptor)
  } catch {
    fdatasyncSync(descriptor)
  }
}

const open = (directory, options) => openAppending(directory, options, { syncData })

export default { name: 'retries syncs', survivesProcess: true, open }
