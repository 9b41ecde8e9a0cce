/** An adapter whose store dies with its process. */
import { MemoryDisk, MemoryLog } from '../../dist/src/index.js'

const disks = new Map()

function open(directory, options) {
  const disk = disks.get(directory) ?? new MemoryDisk()
  disks.set(directory, disk)
  return new MemoryLog({ disk, ...options })
}

export default { name: 'the store in memory', survivesProcess: false, open }
