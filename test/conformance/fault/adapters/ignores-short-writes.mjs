/** Takes what was asked to be written for what was written. */
import { closeSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { openWholeFile, sync } from '../../power-loss/adapters/whole-file-store.mjs'

function save(path, bytes) {
  const descriptor = openSync(`${path}.new`, 'w')
  writeSync(descriptor, bytes)
  closeSync(descriptor)
  sync(`${path}.new`)
  renameSync(`${path}.new`, path)
  sync(dirname(path))
}

const open = (directory, options) => openWholeFile(directory, options, { save })

export default { name: 'ignores short writes', survivesProcess: true, open }
