/** What an oracle has to say against a store. */

export type FindingRule =
  /** Something acked as durable is not there. */
  | 'acked-lost'
  /** A promise or an accepted round is behind one that was acked. */
  | 'hard-state-regressed'
  /** Something is there that was never issued. */
  | 'never-issued'
  /** Something is there that an acked operation had removed or replaced. */
  | 'came-back'
  /** The indexes are none that the history leads to. */
  | 'cursor'
  /** A part of an operation, or of what was deferred but not from its beginning. */
  | 'partial'
  /** A call did not end as the model says. */
  | 'outcome'
  /** What is physically stored contradicts the cursor. */
  | 'audit'
  /** Opening it once more changed something. */
  | 'reopen'
  /** It cannot be opened, or read, or the process ended by itself. */
  | 'unusable'

export interface Finding {
  readonly rule: FindingRule
  /** A sentence, without a full stop. */
  readonly text: string
}

/** Breaches that cost an acked write. */
export const lossRules: readonly FindingRule[] = [
  'acked-lost',
  'hard-state-regressed',
  'partial',
  'came-back',
]
