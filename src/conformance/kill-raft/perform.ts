/** Does one generated operation to real Raft storage, and reads all that it holds. */
import type { RaftStorage } from '../../raft/index.ts'
import type { LogAdapter } from '../adapter.ts'
import type { NamedValue } from '../history.ts'
import { bytesOf, labelOfBytes } from '../kill/values.ts'
import type { RaftHistoryOperation, RaftPlace } from './history.ts'
import type { Labelled } from './model.ts'
import { performOnNode, stateOfNode } from './node.ts'
import { type OpenedRaft, openRaft } from './opened.ts'
import type { RaftRecovered, RaftView } from './oracle.ts'

/** Every operation but `reopen`, which needs the adapter. Returns what was read, with values as labels. */
export async function perform(
  opened: OpenedRaft,
  operation: Exclude<RaftHistoryOperation, { kind: 'reopen' }>,
): Promise<readonly string[] | undefined> {
  switch (operation.kind) {
    case 'takeSnapshot':
      await finish(ownOf(opened).createSnapshot(operation.at), operation.value)
      return undefined
    case 'receiveSnapshot':
      await finish(ownOf(opened).snapshots.create(operation.at, { operation: 'install' }), operation.value)
      return undefined
    default:
      return performOnNode(opened, operation)
  }
}

/** A history asks others for no snapshots. */
function ownOf({ storage }: OpenedRaft): RaftStorage {
  if (storage === undefined) throw new Error('Storage without snapshots was asked for one')
  return storage
}

async function finish(writer: ReturnType<RaftStorage['createSnapshot']>, value: NamedValue): Promise<void> {
  writer.end(bytesOf(value))
  await writer.finish()
}

export function placeOf({ log, hardState, storage }: OpenedRaft): RaftPlace {
  return {
    boundary: log.purgeBoundary,
    last: log.lastLogId,
    hardState: hardState.load(),
    newestSnapshot: storage?.snapshots.list()[0],
    termAt: (index) => log.term(index),
  }
}

/** Opens the storage twice. @throws what it throws when it cannot be opened, recovered or read */
export async function readRecovered(adapter: LogAdapter, directory: string): Promise<RaftRecovered> {
  return { ...(await readOnce(adapter, directory)), again: await readOnce(adapter, directory) }
}

async function readOnce(adapter: LogAdapter, directory: string): Promise<RaftView> {
  const opened = openRaft(adapter, directory)
  try {
    return await readView(opened)
  } finally {
    opened.close()
  }
}

async function readView(opened: OpenedRaft): Promise<RaftView> {
  const { storage } = opened
  if (storage === undefined) return viewOf(opened, [])
  await storage.recover()
  const unusable = storage.snapshots.unusable().map(({ error }) => error.message)
  return { ...viewOf(opened, await readSnapshots(storage)), unusable }
}

/** All that it shows, with its snapshots, which somebody else has read. */
export function viewOf(opened: OpenedRaft, snapshots: readonly Labelled[]): RaftView {
  const { log } = opened
  return {
    state: { log: stateOfNode(opened), snapshots },
    firstIndex: log.firstIndex,
    lastIndex: log.lastIndex,
    lastTerm: log.lastLogId.term,
    audit: log.log.audit().map((finding) => JSON.stringify(finding)),
  }
}

async function readSnapshots({ snapshots }: RaftStorage): Promise<Labelled[]> {
  const read: Labelled[] = []
  for (const { id, index, term } of snapshots.list()) {
    const chunks: Uint8Array[] = []
    for await (const chunk of snapshots.open(id)) chunks.push(chunk)
    read.unshift({ index, term, label: labelOfBytes(new Uint8Array(Buffer.concat(chunks))) })
  }
  return read
}
