/** How long a call may take before it hangs. */

/** Set where the suite itself makes the storage wait: every call under a recorder waits for whoever reads the recording. */
export const unhurriedVariable = 'HOLDFAST_UNHURRIED'

/** The longest that a timer can wait. */
const noLimitMs = 2 ** 31 - 1

/** `ms`, where calls are not slowed down. */
export function patienceMs(ms: number): number {
  return process.env[unhurriedVariable] === undefined ? ms : noLimitMs
}
