/** A store with one planted bug, and the cases that must catch it. */
import type { FailpointRegistry } from '../../failpoints/index.ts'
import type { LogAdapter } from '../../src/conformance/adapter.ts'
import type { ContractParts } from '../../src/conformance/contract/index.ts'
import { type LogStore, MemoryDisk, MemoryLog, type StoredLogOptions } from '../../src/log/index.ts'
import type { LogMedium } from '../../src/log/medium.ts'
import { MemoryMedium } from '../../src/log/memory/memory-medium.ts'
import { StoredLog } from '../../src/log/stored-log.ts'

export interface Mutant {
  /** The planted bug, in one sentence. */
  readonly bug: string
  /** Ids of cases, each of which must fail. */
  readonly caughtBy: readonly string[]
  readonly createAdapter: () => LogAdapter
  readonly parts?: ContractParts
}

type MediumClass = new (
  name: string,
  disk: MemoryDisk,
  failpoints: FailpointRegistry | undefined,
) => LogMedium
type LogClass = new (openInner: () => LogStore) => LogStore
type Open = (disk: MemoryDisk, options: StoredLogOptions) => LogStore

/** Adapters whose logs are a healthy one in memory, wrapped in a `Log`. */
export function wrapping(Log: LogClass): () => LogAdapter {
  return adapterOf((disk, options) => new Log(() => new MemoryLog({ ...options, disk })))
}

/** Adapters whose logs are the healthy implementation on a `Medium` in memory. */
export function onMedium(Medium: MediumClass): () => LogAdapter {
  return adapterOf((disk, options) => new StoredLog(new Medium('log', disk, options.failpoints), options))
}

/** Adapters whose logs are healthy but for what `change` makes of their options, or of their disk. */
export function withOptions(change: (options: StoredLogOptions, disk: MemoryDisk) => StoredLogOptions) {
  return adapterOf((disk, options) => new MemoryLog({ ...change(options, disk), disk }))
}

/** A healthy store, for mutants of what stands on it. */
export const healthy: () => LogAdapter = adapterOf(
  (disk, options) => new StoredLog(new MemoryMedium('log', disk, options.failpoints), options),
)

function adapterOf(open: Open): () => LogAdapter {
  return () => {
    const disks = new Map<string, MemoryDisk>()
    return {
      name: 'mutant',
      survivesProcess: false,
      open: (directory, options = {}) => {
        const disk = disks.get(directory) ?? new MemoryDisk()
        disks.set(directory, disk)
        return open(disk, options)
      },
    }
  }
}
