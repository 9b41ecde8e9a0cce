/** A deferred trim is written at once, without what was deferred before it. */
import { MemoryLog } from '../../../dist/src/index.js'
import { copyDisk, openFileLog, readDisk } from '../../children/file-store.mjs'

function open(directory, options) {
  const defer = (ops, write) => {
    const trims = ops.filter(({ kind }) => kind === 'trim')
    if (trims.length === 0) return
    const disk = copyDisk(readDisk(directory))
    new MemoryLog({ disk }).commit(trims)
    write(disk)
  }
  return openFileLog(directory, options, { defer })
}

export default { name: 'trims out of order', survivesProcess: true, open }
