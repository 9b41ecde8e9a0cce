/** A token that cannot be replayed here. Nothing was run. */
import { type FailureReason, HoldfastError } from '../../errors.ts'

export interface ReplayTokenErrorFields {
  readonly kind: ReplayTokenError['kind']
  /** What would have been right here, */
  readonly expected?: string | undefined
  /** and what the token says. */
  readonly found?: string | undefined
}

export class ReplayTokenError extends HoldfastError {
  readonly code = 'HOLDFAST_REPLAY_TOKEN'
  readonly reason: FailureReason = 'invalid'
  /**
   * It is no whole token; it is of another version of tokens; of other suites; of another adapter; or it names a suite or a
   * point that is not there.
   */
  readonly kind: 'form' | 'version' | 'suite-version' | 'adapter' | 'unknown'
  readonly expected: string | undefined
  readonly found: string | undefined

  constructor(fields: ReplayTokenErrorFields, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = fields.kind
    this.expected = fields.expected
    this.found = fields.found
  }
}
