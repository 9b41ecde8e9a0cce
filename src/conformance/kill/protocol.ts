/** What the child that is to be killed and its parent say to each other: one line of JSON each. */
import type { HistoryOperation } from '../history.ts'
import type { AdapterErrorKind } from '../kit/index.ts'
import type { Outcome } from '../oracle.ts'
import type { DeathPlan } from './death.ts'

/** What the child is asked to do, as its only argument. */
export interface ChildOrders {
  /** URL of the module whose default export is the adapter. */
  readonly adapterUrl: string
  readonly directory: string
  /** Decides the history, with the state that the store is in. */
  readonly seed: number
  /** Names the history, with the seed. */
  readonly history: string
  readonly firstValue: number
  readonly firstRound: number
  /** The child stops and waits to be killed when so many operations are acked. */
  readonly stopAfterAcks: number
  /** A file with the operations, in place of a history that is generated. They are the first ones of a new log. */
  readonly scriptFile?: string | undefined
  /** How to die within calls of one kind. Other failpoints are in FAILPOINTS. */
  readonly dieDuring?: DeathPlan | undefined
}

/** What the child says. A line is whole or it does not count: the process may die in the middle of one. */
export type ChildLine<O = HistoryOperation> =
  | { readonly kind: 'opening' }
  | { readonly kind: 'opened' }
  /** It is about to call this. */
  | { readonly kind: 'intent'; readonly operation: O }
  /** The call has returned, or thrown. */
  | { readonly kind: 'ack'; readonly outcome: Outcome }
  /** It has done everything, and waits. */
  | { readonly kind: 'waiting' }
  /** The store threw where it never may: at opening, or when it was asked for its indexes. */
  | { readonly kind: 'broken'; readonly error: string }
  /** The adapter cannot be run, which says nothing about the storage. */
  | { readonly kind: 'adapter'; readonly why: AdapterErrorKind; readonly error: string }
  /** The suite itself has failed. */
  | { readonly kind: 'bug'; readonly error: string }

/** The child's descriptor for its lines. Standard output is left to the adapter. */
export const lineDescriptor = 3
/** Held by the child and all that it starts, so that its parent knows when the last of them is dead. */
export const lifeDescriptor = 4
