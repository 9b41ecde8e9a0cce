/** Does one generated operation to real Raft storage, and reads all that it holds. */
import type { FailpointRegistry } from '../../../failpoints/index.ts'
import { type RaftEntry, RaftStorage } from '../../raft/index.ts'
import type { LogAdapter } from '../adapter.ts'
import type { NamedValue } from '../history.ts'
import { bytesOf, labelOfBytes } from '../kill/values.ts'
import type { NamedEntry, RaftHistoryOperation, RaftPlace } from './history.ts'
import { type Labelled, labelOfEntry, textOf } from './model.ts'
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
  const { log, hardState } = storage
  switch (operation.kind) {
    case 'append':
    case 'appendConflicting':
      log.append(operation.entries.map(withBytes))
      return undefined
    case 'save':
      hardState.save(operation.state)
      return undefined
    case 'saveWith':
      hardState.saveWith(operation.state, operation.entries.map(withBytes))
      return undefined
    case 'truncate':
      log.truncate(operation.from)
      return undefined
    case 'purge':
      log.purge(operation.upTo)
      return undefined
    case 'installSnapshot':
      log.installSnapshot(operation.at)
      return undefined
    case 'takeSnapshot':
      await finish(storage.createSnapshot(operation.at), operation.value)
      return undefined
    case 'receiveSnapshot':
      await finish(storage.snapshots.create(operation.at, { operation: 'install' }), operation.value)
      return undefined
    case 'entries':
      return log.entries(operation.low, operation.high).map((entry) => textOf(labelled(entry)))
    case 'flush':
      storage.flush()
      return undefined
    default:
      return operation satisfies never
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
  const { log, hardState, snapshots } = storage
  const state = hardState.load()
  const entries = log.entries(log.firstIndex, log.lastIndex + 1).map(labelled)
  const read: Labelled[] = []
  for (const { id, index, term } of snapshots.list()) {
    const chunks: Uint8Array[] = []
    for await (const chunk of snapshots.open(id)) chunks.push(chunk)
    read.unshift({ index, term, label: labelOfBytes(new Uint8Array(Buffer.concat(chunks))) })
  }
  return {
    state: {
      log: {
        boundary: log.purgeBoundary,
        entries,
        currentTerm: state?.currentTerm,
        votedFor: state?.votedFor,
        commit: state?.commit,
      },
      snapshots: read,
    },
    firstIndex: log.firstIndex,
    lastIndex: log.lastIndex,
    lastTerm: log.lastLogId.term,
    audit: log.log.audit().map((finding) => JSON.stringify(finding)),
  }
}

function labelled({ index, term, kind, data }: RaftEntry): Labelled {
  return { index, term, label: labelOfEntry(kind, labelOfBytes(data)) }
}

function withBytes({ index, term, kind, value }: NamedEntry): RaftEntry {
  return { index, term, kind, data: bytesOf(value) }
}
