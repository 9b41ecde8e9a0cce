/** Does one generated operation to real storage. */
import type { FailpointRegistry } from '../../../failpoints/index.ts'
import { bytesCodec } from '../../codec/index.ts'
import type { LogStore } from '../../log/index.ts'
import type { PaxosOp, PaxosStorage } from '../../paxos/index.ts'
import { type ContractParts, fullParts } from '../contract/index.ts'
import type { HistoryOperation, ValueOp } from '../history.ts'
import { bytesOf, labelOfBytes } from './values.ts'

export type KillStorage = PaxosStorage<Uint8Array, Uint8Array>

/** Entries are stored as the bytes that they are, so that the log also gets values of no bytes; snapshots as CBOR. */
export function storageOn(
  log: LogStore,
  failpoints?: FailpointRegistry,
  parts: ContractParts = {},
): KillStorage {
  return fullParts(parts).createPaxosStorage(log, { entryCodec: bytesCodec, failpoints })
}

/** Every operation but `reopen`, which needs the adapter. Returns what the call returned, with values as labels. */
export function perform(
  storage: KillStorage,
  operation: Exclude<HistoryOperation, { kind: 'reopen' }>,
): number | readonly string[] | undefined {
  switch (operation.kind) {
    case 'flush':
      storage.flush()
      return undefined
    case 'getEntries':
      return storage.getEntries(operation.from, operation.to).map(labelOfBytes)
    case 'writeAtomically':
      storage.writeAtomically(operation.ops.map(withBytes))
      return undefined
    default:
      return performOne(storage, withBytes(operation))
  }
}

function performOne(storage: KillStorage, op: PaxosOp<Uint8Array, Uint8Array>): number | undefined {
  switch (op.kind) {
    case 'appendEntry':
      return storage.appendEntry(op.entry)
    case 'appendEntries':
      return storage.appendEntries(op.entries)
    case 'appendOnPrefix':
      return storage.appendOnPrefix(op.from, op.entries)
    case 'setPromise':
      storage.setPromise(op.ballot)
      return undefined
    case 'setAcceptedRound':
      storage.setAcceptedRound(op.ballot)
      return undefined
    case 'setDecidedIdx':
      storage.setDecidedIdx(op.index)
      return undefined
    case 'setCompactedIdx':
      storage.setCompactedIdx(op.index)
      return undefined
    case 'trim':
      storage.trim(op.upTo)
      return undefined
    case 'setSnapshot':
      storage.setSnapshot(op.snapshot)
      return undefined
    case 'setStopsign':
      storage.setStopsign(op.stopsign)
      return undefined
    default:
      return op satisfies never
  }
}

function withBytes(op: ValueOp): PaxosOp<Uint8Array, Uint8Array> {
  switch (op.kind) {
    case 'appendEntry':
      return { kind: op.kind, entry: bytesOf(op.entry) }
    case 'appendEntries':
      return { kind: op.kind, entries: op.entries.map(bytesOf) }
    case 'appendOnPrefix':
      return { kind: op.kind, from: op.from, entries: op.entries.map(bytesOf) }
    case 'setSnapshot':
      return { kind: op.kind, snapshot: op.snapshot && bytesOf(op.snapshot) }
    default:
      return op
  }
}
