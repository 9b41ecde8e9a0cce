/** Acks a write for which there was no room. */

import { renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { openWholeFile, sync, write } from '../../power-loss/adapters/whole-file-store.mjs'

function save(path, bytes) {
  try {
    write(`${path}.new`, bytes)
  } catch (error) {
    if (error.code === 'ENOSPC') return
    throw error
  }
  sync(`${path}.new`)
  renameSync(`${path}.new`, path)
  sync(dirname(path))
}

const open = (directory, options) => openWholeFile(directory, options, { save })

export default { name: 'acks without room', survivesProcess: true, open }
