/** Does one generated operation to real Raft storage, and reads all that it holds. */
import type { FailpointRegistry } from '../../../failpoints/index.ts'
import { RaftStorage } from '../../raft/index.ts'
import type { LogAdapter } from '../adapter.ts'
import type { NamedValue } from '../history.ts'
import { bytesOf, labelOfBytes } from '../kill/values.ts'
import type { RaftHistoryOperation, RaftPlace } from './history.ts'
import type { Labelled } from './model.ts'
import { performOnNode, stateOfNode } from './node.ts'
import type { RaftRecovered, RaftView } from './oracle.ts'

export function openStorage(
  adapter: LogAdapter,
  directory: string,
  failpoints?: FailpointRegistry,
): RaftStorage {
  return RaftStorage.open(directory, {
    failpoints,
    openLog: (logDirectory, options) => adapter.open(logDirectory, options),
  })
}

/** Every operation but `reopen`, which needs the adapter. Returns what was read, with values as labels. */
export async function perform(
  storage: RaftStorage,
  operation: Exclude<RaftHistoryOperation, { kind: 'reopen' }>,
): Promise<readonly string[] | undefined> {
  switch (operation.kind) {
    case 'takeSnapshot':
      await finish(storage.createSnapshot(operation.at), operation.value)
      return undefined
    case 'receiveSnapshot':
      await finish(storage.snapshots.create(operation.at, { operation: 'install' }), operation.value)
      return undefined
    default:
      return performOnNode(storage, operation)
  }
}

async function finish(writer: ReturnType<RaftStorage['createSnapshot']>, value: NamedValue): Promise<void> {
  writer.end(bytesOf(value))
  await writer.finish()
}

export function placeOf({ log, hardState, snapshots }: RaftStorage): RaftPlace {
  return {
    boundary: log.purgeBoundary,
    last: log.lastLogId,
    hardState: hardState.load(),
    newestSnapshot: snapshots.list()[0],
    termAt: (index) => log.term(index),
  }
}

/** Opens the storage twice. @throws what it throws when it cannot be opened, recovered or read */
export async function readRecovered(adapter: LogAdapter, directory: string): Promise<RaftRecovered> {
  return { ...(await readOnce(adapter, directory)), again: await readOnce(adapter, directory) }
}

async function readOnce(adapter: LogAdapter, directory: string): Promise<RaftView> {
  using storage: RaftStorage = openStorage(adapter, directory)
  await storage.recover()
  const { log, snapshots } = storage
  const state = stateOfNode(storage)
  const read: Labelled[] = []
  for (const { id, index, term } of snapshots.list()) {
    const chunks: Uint8Array[] = []
    for await (const chunk of snapshots.open(id)) chunks.push(chunk)
    read.unshift({ index, term, label: labelOfBytes(new Uint8Array(Buffer.concat(chunks))) })
  }
  return {
    state: { log: state, snapshots: read },
    firstIndex: log.firstIndex,
    lastIndex: log.lastIndex,
    lastTerm: log.lastLogId.term,
    audit: log.log.audit().map((finding) => JSON.stringify(finding)),
  }
}
