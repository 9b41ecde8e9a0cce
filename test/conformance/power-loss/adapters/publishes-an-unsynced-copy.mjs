/** Renames a copy that the kernel made of a synced file: the copy itself is not synced. */
import { copyFileSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { openWholeFile, sync, write } from './whole-file-store.mjs'

function save(path, bytes) {
  write(`${path}.new`, bytes)
  sync(`${path}.new`)
  copyFileSync(`${path}.new`, `${path}.copy`)
  renameSync(`${path}.copy`, path)
  sync(dirname(path))
}

const open = (directory, options) => openWholeFile(directory, options, { save })

export default { name: 'publishes an unsynced copy', survivesProcess: true, open }
