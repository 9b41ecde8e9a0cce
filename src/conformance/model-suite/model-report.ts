/** What the model suite did. Plain values, fit for JSON. */

export interface ModelReport {
  /** Gives the same histories again. */
  readonly seed: number
  /** Those that shrank a failure not counted. */
  readonly histories: number
  /** How many were to be run, had the time been enough. */
  readonly historiesPlanned: number
  /** Calls, each of whose answers was compared with the model. */
  readonly operations: number
  readonly reopens: number
  readonly crashes: number
  readonly durationMs: number
}

/** What a running model suite tells. */
export interface ModelProgress {
  readonly histories: number
  readonly planned: number
  readonly operations: number
  readonly failures: number
}
