/** The operations of OmniPaxos's storage contract, and which of them must be durable before they return. */
import type { Ballot } from './ballot.ts'
import type { StopSign } from './stop-sign.ts'

/** One change, as given to {@link PaxosStorage.writeAtomically}. */
export type PaxosOp<T, S> = PaxosCommitOp<T> | PaxosDeferredOp<S>

/** What the engine answers for right afterwards: durable before it returns. */
export type PaxosCommitOp<T> =
  | { readonly kind: 'appendEntry'; readonly entry: T }
  | { readonly kind: 'appendEntries'; readonly entries: readonly T[] }
  | { readonly kind: 'appendOnPrefix'; readonly from: number; readonly entries: readonly T[] }
  | { readonly kind: 'setPromise'; readonly ballot: Ballot }
  | { readonly kind: 'setAcceptedRound'; readonly ballot: Ballot }
  | { readonly kind: 'setStopsign'; readonly stopsign: StopSign | undefined }

/** What can be learned again from the other nodes or from the log: durable with the next commit or flush. */
export type PaxosDeferredOp<S> =
  | { readonly kind: 'setDecidedIdx'; readonly index: number }
  | { readonly kind: 'setCompactedIdx'; readonly index: number }
  | { readonly kind: 'trim'; readonly upTo: number }
  | { readonly kind: 'setSnapshot'; readonly snapshot: S | undefined }

export type PaxosOpKind = PaxosOp<unknown, unknown>['kind']
export type PaxosDeferredKind = PaxosDeferredOp<unknown>['kind']

export interface OperationFacts {
  /** As metrics, errors and failpoint sites call it. */
  readonly name: string
  readonly isDeferred: boolean
}

/** Every operation, once. */
export const operationFacts: Readonly<Record<PaxosOpKind, OperationFacts>> = {
  appendEntry: { name: 'append_entry', isDeferred: false },
  appendEntries: { name: 'append_entries', isDeferred: false },
  appendOnPrefix: { name: 'append_on_prefix', isDeferred: false },
  setPromise: { name: 'set_promise', isDeferred: false },
  setAcceptedRound: { name: 'set_accepted_round', isDeferred: false },
  setStopsign: { name: 'set_stopsign', isDeferred: false },
  setDecidedIdx: { name: 'set_decided_idx', isDeferred: true },
  setCompactedIdx: { name: 'set_compacted_idx', isDeferred: true },
  trim: { name: 'trim', isDeferred: true },
  setSnapshot: { name: 'set_snapshot', isDeferred: true },
}

export const atomicWriteName = 'write_atomically'
