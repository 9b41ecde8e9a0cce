/** The memory store as an adapter: each directory is a disk in this process. */
import type { LogAdapter } from '../../src/conformance/adapter.ts'
import { MemoryDisk, MemoryLog } from '../../src/log/index.ts'

/** An adapter with disks of its own: two adapters never see each other's. */
export function createMemoryAdapter(): LogAdapter {
  const disks = new Map<string, MemoryDisk>()
  return {
    name: 'memory',
    survivesProcess: false,
    open: (directory, options = {}) => {
      const disk = disks.get(directory) ?? new MemoryDisk()
      disks.set(directory, disk)
      return new MemoryLog({ ...options, disk })
    },
  }
}
