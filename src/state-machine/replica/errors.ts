/** Errors of a replica: its log and its state do not fit, a purge would lose what nothing covers, or a result cannot be told. */
import { HoldfastError } from '../../errors.ts'

/**
 * `ahead`: the state knows more than the log. `gap`: entries between the state and the log's first are gone. `term`: they disagree
 * on an entry. `cluster`: the log is another cluster's.
 */
export type ReplicaMismatch = 'ahead' | 'gap' | 'term' | 'cluster'

/** Log and state machine cannot be of one node, or have lost what joins them. Neither was changed. */
export class ReplicaMismatchError extends HoldfastError {
  readonly code = 'HOLDFAST_REPLICA_MISMATCH'
  readonly reason = 'invalid'
  readonly kind: ReplicaMismatch
  readonly log: string
  /** The index in question; `undefined` for `cluster`. */
  readonly index: number | undefined

  constructor(kind: ReplicaMismatch, log: string, index: number | undefined, what: string) {
    super(`Cannot use log "${log}" with this state machine: ${what}`)
    this.kind = kind
    this.log = log
    this.index = index
  }
}

/** The log may not be purged so far: what is there is not covered. Nothing was changed. */
export class PurgeRefusedError extends HoldfastError {
  readonly code = 'HOLDFAST_PURGE_REFUSED'
  readonly reason = 'invalid'
  readonly log: string
  readonly index: number
  /** How far it may be purged now. */
  readonly coveredIndex: number

  constructor(log: string, index: number, coveredIndex: number) {
    super(
      `Cannot purge log "${log}" through index ${index}: what is durable elsewhere ends at ${coveredIndex}; ` +
        'take a snapshot first, or purge less',
    )
    this.log = log
    this.index = index
    this.coveredIndex = coveredIndex
  }
}

/**
 * `replaced`: another entry was committed in that place, and the one asked for never will be: propose it again. `covered`: a
 * snapshot was installed over it, so that it cannot be known here what became of it. `forgotten`: it was applied too long ago.
 */
export type LostResult = 'replaced' | 'covered' | 'forgotten'

/** The result of an entry cannot be told. */
export class ResultLostError extends HoldfastError {
  readonly code = 'HOLDFAST_RESULT_LOST'
  readonly reason = 'other'
  readonly kind: LostResult
  readonly index: number
  readonly term: number

  constructor(kind: LostResult, at: { readonly index: number; readonly term: number }) {
    super(`Cannot tell the result of entry ${at.index} of term ${at.term}: ${explanations[kind]}`)
    this.kind = kind
    this.index = at.index
    this.term = at.term
  }
}

const explanations: Readonly<Record<LostResult, string>> = {
  replaced: 'an entry of another term was committed in its place; propose it again',
  covered: 'a snapshot was installed over it; read the state to learn what became of it',
  forgotten: 'it was applied too long ago; ask for it before it is committed',
}
