/** What the rig knows of each operation by itself: its method, its failpoint site, and what it means to a log. */
import type { ModelOp } from '../../src/conformance/model.ts'
import type { PaxosStorage } from '../../src/paxos/index.ts'
import type { AnyOp, PaxosWrite } from './paxos-steps.ts'

/** In a box, so that an entry `undefined` is not a missing one. */
export interface Boxed {
  readonly value: unknown
}

const siteNames: Readonly<Record<AnyOp['kind'], string>> = {
  appendEntry: 'paxos.append_entry',
  appendEntries: 'paxos.append_entries',
  appendOnPrefix: 'paxos.append_on_prefix',
  setPromise: 'paxos.set_promise',
  setAcceptedRound: 'paxos.set_accepted_round',
  setStopsign: 'paxos.set_stopsign',
  setDecidedIdx: 'paxos.set_decided_idx',
  setCompactedIdx: 'paxos.set_compacted_idx',
  trim: 'paxos.trim',
  setSnapshot: 'paxos.set_snapshot',
}

/** The site in front of `write`. */
export function siteOf(write: PaxosWrite): string {
  return write.kind === 'one' ? siteNames[write.op.kind] : 'paxos.write_atomically'
}

/** Calls the operation's own method. */
export function callOne(storage: PaxosStorage<unknown>, op: AnyOp): unknown {
  switch (op.kind) {
    case 'appendEntry':
      return storage.appendEntry(op.entry)
    case 'appendEntries':
      return storage.appendEntries(op.entries)
    case 'appendOnPrefix':
      return storage.appendOnPrefix(op.from, op.entries)
    case 'setPromise':
      return storage.setPromise(op.ballot)
    case 'setAcceptedRound':
      return storage.setAcceptedRound(op.ballot)
    case 'setStopsign':
      return storage.setStopsign(op.stopsign)
    case 'setDecidedIdx':
      return storage.setDecidedIdx(op.index)
    case 'setCompactedIdx':
      return storage.setCompactedIdx(op.index)
    case 'trim':
      return storage.trim(op.upTo)
    case 'setSnapshot':
      return storage.setSnapshot(op.snapshot)
    default:
      return op satisfies never
  }
}

/** The translation that the storage makes, made a second time by hand. */
export function modelOp(op: AnyOp): ModelOp<Boxed> {
  switch (op.kind) {
    case 'appendEntry':
      return { kind: 'append', entries: [{ value: op.entry }] }
    case 'appendEntries':
      return { kind: 'append', entries: op.entries.map((value) => ({ value })) }
    case 'appendOnPrefix':
      return { kind: 'replaceSuffix', from: op.from, entries: op.entries.map((value) => ({ value })) }
    case 'setPromise':
      return { kind: 'setMeta', key: 'promise', value: { value: op.ballot } }
    case 'setAcceptedRound':
      return { kind: 'setMeta', key: 'accepted', value: { value: op.ballot } }
    case 'setStopsign':
      return op.stopsign === undefined
        ? { kind: 'deleteMeta', key: 'stopsign' }
        : { kind: 'setMeta', key: 'stopsign', value: { value: op.stopsign } }
    case 'setDecidedIdx':
      return { kind: 'setMeta', key: 'decided', value: { value: op.index } }
    case 'setCompactedIdx':
      return { kind: 'compact', index: op.index }
    case 'trim':
      return { kind: 'trim', upTo: op.upTo }
    case 'setSnapshot':
      return op.snapshot === undefined
        ? { kind: 'deleteMeta', key: 'snapshot' }
        : { kind: 'setMeta', key: 'snapshot', value: { value: op.snapshot } }
    default:
      return op satisfies never
  }
}
