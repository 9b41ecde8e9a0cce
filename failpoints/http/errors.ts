/** The server cannot be begun as it was asked for: nothing listens. Correct the options. */
export class FailpointServerError extends Error {
  override readonly name: string = 'FailpointServerError'
  readonly code: 'FAILPOINT_SERVER' = 'FAILPOINT_SERVER'
}
