/** What the oracle of calls that failed has to know of a kind of storage. */
import type { Finding } from '../finding.ts'
import type { Outcome } from '../oracle.ts'

export interface NamedOperation {
  readonly kind: string
}

/** What a call does to storage that is in one state. */
export interface FaultStep<S> {
  /** As before, where the call has to be refused. */
  readonly state: S
  readonly outcome: Outcome
  /** Whether all that there is then is durable when the call returns. */
  readonly isDurable: boolean
  /** What of it is durable whatever else is not: any state that may come back has it from now on. */
  readonly settle?: (state: S) => S
}

/** Labels of what was ever there, and of what was ever asked for: they tell how a thing came that should not be there. */
export interface Known {
  readonly seen: ReadonlySet<string>
  readonly issued: ReadonlySet<string>
}

/** Pure: no state is ever changed. `S` is one state, `O` a call, and `R` what was read of storage that was opened again. */
export interface FaultModel<S, O extends NamedOperation, R> {
  /** New storage. */
  readonly blank: S
  /** Whether errors have the names that Holdfast gives them. */
  readonly isTyped: boolean
  apply(state: S, operation: O): FaultStep<S>
  /** Where a call that was not refused may have stopped on its way, all of it left out. */
  halfway(state: S, operation: O): readonly S[]
  /** What the storage may be that was opened again, where these may have come back. */
  reopened(legal: readonly S[]): readonly S[]
  isRead(operation: O): boolean
  /** The same text: the same state. */
  textOf(state: S): string
  labelsIn(operation: O): readonly string[]
  labelsOf(state: S): readonly string[]
  /** Everything that is wrong with what came back, where each of `legal` might. */
  judge(legal: readonly S[], recovered: R, known: Known): readonly Finding[]
}
