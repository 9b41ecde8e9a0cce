/** An adapter that cannot be run. Not a word about the storage behind it: that is what findings are for. */
import { type FailureReason, HoldfastError } from '../../errors.ts'

/** Why it cannot be run. */
export type AdapterErrorKind =
  /** What the module exports is no adapter, or promises what cannot be promised. */
  | 'definition'
  /** The adapter promises something and lacks the method for it. */
  | 'missing-method'
  /** It cannot be loaded, or opening a new, empty directory fails. */
  | 'open'
  /** A call did not end in time. */
  | 'hang'
  /** It wrote something else where only the protocol may be. */
  | 'noise'
  /** It ended in the middle of a call. */
  | 'died'
  /** It answered what nobody asked, or twice, or in a form that the protocol does not have. */
  | 'protocol'
  /** It answered, with a value of the wrong type. */
  | 'answer'

export class AdapterError extends HoldfastError {
  readonly code = 'HOLDFAST_ADAPTER'
  readonly reason: FailureReason = 'other'
  readonly kind: AdapterErrorKind
  /** Of kind `missing-method`, where one was called that an adapter may leave out: its name. */
  readonly method?: string

  /** `message` says what was being done with which adapter, what went wrong, and what to do next. */
  constructor(
    kind: AdapterErrorKind,
    message: string,
    options?: ErrorOptions & { readonly method?: string },
  ) {
    super(message, options)
    this.kind = kind
    if (options?.method !== undefined) this.method = options.method
  }
}

/**
 * What a store's own method threw, as the suites see it: its `name` is that of the error that was thrown. `isDefinite` says
 * that the write certainly did not happen, and will not: without that it may be there, now or later, or not.
 */
export class StoreFailure extends Error {
  override readonly name: string
  /** The method that threw. */
  readonly method: string
  readonly isDefinite: boolean

  constructor(
    at: { readonly name: string; readonly method: string; readonly isDefinite: boolean },
    message: string,
  ) {
    super(message)
    this.name = at.name
    this.method = at.method
    this.isDefinite = at.isDefinite
  }
}
