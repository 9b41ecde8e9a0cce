/** Raft storage with the methods of d-engine's `LogStore` and `MetaStore`, whose calls differ from ours in their ranges. */
import { checkIndex } from '../arguments.ts'
import type { LogId, RaftEntry } from './entry.ts'
import type { HardState } from './hard-state-store.ts'
import type { RaftLog } from './raft-log.ts'
import type { RaftStorage } from './raft-storage.ts'

/** Every call throws what {@link RaftLog} and {@link HardStateStore} throw. What it returns from is durable, but a purge. */
export interface DEngineStorage<T> {
  /** As `RaftLog.append`: a batch may overwrite a suffix whose terms differ, and leaves no hole. */
  persistEntries(entries: readonly RaftEntry<T>[]): void
  /** `undefined` when it was purged, or is not there yet. */
  entry(index: number): RaftEntry<T> | undefined
  /** The entries from `from` through `through`, both included, as far as they are there. */
  getEntries(from: number, through: number): RaftEntry<T>[]
  /** Deferred. */
  purge(upTo: LogId): void
  truncate(from: number): void
  /** Everything at or above `from` is removed, and `entries` take its place, in one commit. */
  replaceRange(from: number, entries: readonly RaftEntry<T>[]): void
  /** `undefined` before the first purge. */
  loadPurgeBoundary(): LogId | undefined
  /** 0 on a fresh log. After everything was purged it is the boundary's index, and not 0: the next entry follows it. */
  lastIndex(): number
  flush(): void
  /** Drops the log, and keeps the hard state. */
  reset(): void
  isWriteDurable(): boolean
  saveHardState(state: HardState): void
  loadHardState(): HardState | undefined
}

/** Shows `storage` with d-engine's methods. */
export function asDEngineStorage<T>(storage: Pick<RaftStorage<T>, 'log' | 'hardState'>): DEngineStorage<T> {
  const { log, hardState } = storage
  return {
    persistEntries: (entries) => log.append(entries),
    entry: (index) => entriesWithin(log, index, index)[0],
    getEntries: (from, through) => entriesWithin(log, from, through),
    purge: (upTo) => log.purge(upTo),
    truncate: (from) => log.truncate(from),
    replaceRange: (from, entries) => log.replaceSuffix(from, entries),
    loadPurgeBoundary() {
      const { purgeBoundary } = log
      return purgeBoundary.index === 0 ? undefined : purgeBoundary
    },
    lastIndex: () => log.lastIndex,
    flush: () => log.flush(),
    reset: () => log.reset(),
    isWriteDurable: () => log.isWriteDurable,
    saveHardState: (state) => hardState.save(state),
    loadHardState: () => hardState.load(),
  }
}

function entriesWithin<T>(log: RaftLog<T>, from: number, through: number): RaftEntry<T>[] {
  checkIndex('from', from)
  checkIndex('through', through)
  const low = Math.max(from, log.firstIndex)
  const high = Math.min(through, log.lastIndex) + 1
  return low < high ? log.entries(low, high) : []
}
