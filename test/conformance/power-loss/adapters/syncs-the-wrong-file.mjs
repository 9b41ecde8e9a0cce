/** Syncs the file that is replaced, and not the one that replaces it. */
import { existsSync } from 'node:fs'
import { openWholeFile, sync } from './whole-file-store.mjs'

function syncStaging({ path }) {
  if (existsSync(path)) sync(path)
}

const open = (directory, options) => openWholeFile(directory, options, { syncStaging })

export default { name: 'syncs the wrong file', survivesProcess: true, open }
