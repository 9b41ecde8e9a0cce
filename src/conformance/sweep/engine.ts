/** What the sweep needs of a kind of storage: operations as data, what they mean, and real storage to do them to. */
import type { FailpointRegistry } from '../../../failpoints/index.ts'
import type { LogStore } from '../../log/index.ts'
import type { ContractParts } from '../contract/index.ts'
import type { Finding } from '../finding.ts'
import type { Outcome } from '../oracle.ts'
import type { SeededRandom } from '../random.ts'

export const engineNames = ['log', 'paxos', 'raft'] as const

export type EngineName = (typeof engineNames)[number]

/** What an operation does to the model. */
export interface Step<State> {
  readonly state: State
  readonly outcome: Outcome
  /** Whether it, and everything before it, is durable when it returns. */
  readonly isDurable: boolean
}

/** What comes back of a storage that was opened again, against everything that it may be. */
export interface Comparison<State> {
  /** Of which one is enough, oldest first. */
  readonly legal: readonly State[]
  /** Every state that there was. */
  readonly seen: readonly State[]
  readonly operations: readonly unknown[]
}

/** Real storage, open. */
export interface Subject<Operation, View> {
  readonly log: LogStore
  /** Every operation but `reopen`. Returns what it read. */
  perform(operation: Operation): number | readonly string[] | undefined
  /** All that it shows, fit to be compared as JSON. */
  view(): View
}

/** `Operation` has a `kind`; that of closing the storage and opening it again is `reopen`. */
export interface SweepEngine<Operation extends { readonly kind: string }, State, View> {
  readonly name: EngineName
  /** Besides those of the log. */
  readonly sites: readonly {
    readonly name: string
    readonly description: string
    readonly onReturn: string
  }[]
  readonly blank: State
  /** An operation that fits the state. */
  next(random: SeededRandom, state: State, number: number): Operation
  /** Whether the operation makes sense there: a fault before it may have left another state than the one it was made for. */
  fits(state: State, operation: Operation): boolean
  step(state: State, operation: Operation): Step<State>
  viewOf(state: State): View
  open(
    log: LogStore,
    failpoints: FailpointRegistry | undefined,
    parts: Required<ContractParts>,
  ): Subject<Operation, View>
  /** A write that any storage takes, to see that it still does. */
  probe(state: State): Operation
  describe(operation: Operation): string
  describeView(view: View): string[]
  /** Why `found` is none of what it may be. */
  differences(comparison: Comparison<State>, found: View): Finding[]
}

// biome-ignore lint/suspicious/noExplicitAny: the sweep carries operations and states through, and looks into none of them.
export type AnyEngine = SweepEngine<any, any, any>
