/** Raft storage for the tests of its parts: in memory or in a directory. */
import { type LogStore, MemoryDisk, MemoryLog } from '../../src/log/index.ts'
import {
  HardStateStore,
  type RaftEntry,
  RaftLog,
  RaftStorage,
  type RaftStorageOptions,
} from '../../src/raft/index.ts'
import type { SnapshotInfo, SnapshotMeta } from '../../src/raft/snapshots/index.ts'

/** Storage in `directory` whose log is in memory: reopening it needs the same `disk`. */
export function openWithMemoryLog(
  directory: string,
  disk: MemoryDisk = new MemoryDisk(),
  options: RaftStorageOptions<Uint8Array> = {},
): RaftStorage {
  return RaftStorage.open(directory, {
    ...options,
    openLog: (_, shared): LogStore => new MemoryLog({ ...shared, disk }),
  })
}

export function memoryNode(): { log: RaftLog; hardState: HardStateStore } {
  const log = new RaftLog(new MemoryLog())
  return { log, hardState: new HardStateStore(log) }
}

export function commands(from: number, terms: readonly number[]): RaftEntry[] {
  return terms.map((term, offset) => ({
    index: from + offset,
    term,
    kind: 'command',
    data: new TextEncoder().encode(`${from + offset}`),
  }))
}

/** Publishes a snapshot as a leader's would be: the log is not asked. */
export async function publish(
  storage: RaftStorage,
  meta: SnapshotMeta,
  text = 'state',
): Promise<SnapshotInfo> {
  const writer = storage.snapshots.create(meta)
  writer.end(text)
  return await writer.finish()
}
