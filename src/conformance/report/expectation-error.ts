/** An expectation file that cannot be used. Nothing was run. */
import { type FailureReason, HoldfastError } from '../../errors.ts'

export interface ExpectationErrorFields {
  readonly kind: ExpectationError['kind']
  readonly file: string
  readonly id?: string | undefined
  readonly nearest?: string | undefined
}

export class ExpectationError extends HoldfastError {
  readonly code = 'HOLDFAST_EXPECTATION'
  readonly reason: FailureReason = 'invalid'
  /** It is not JSON; it is not of the form; it names a case twice; it names a case that there is not. */
  readonly kind: 'syntax' | 'form' | 'twice' | 'unknown'
  readonly file: string
  /** Of the case that it is about. */
  readonly id: string | undefined
  /** The id that was most likely meant. */
  readonly nearest: string | undefined

  constructor(fields: ExpectationErrorFields, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = fields.kind
    this.file = fields.file
    this.id = fields.id
    this.nearest = fields.nearest
  }
}
