/** Stores that hold what they commit in their process alone cannot be killed, and say so themselves. */
import { InvalidArgumentError } from '../errors.ts'
import type { LogAdapter } from './adapter.ts'

type Named = Pick<LogAdapter, 'name' | 'survivesProcess'>

/** `undefined`: what it commits outlives its process. */
export function whyNotSurviving({ name, survivesProcess }: Named): string | undefined {
  return survivesProcess ? undefined : `what ${name} commits does not outlive its process, as it says itself`
}

/**
 * `what`, in words that fit after "Cannot", needs a store that outlives its process.
 * @throws {InvalidArgumentError} it does not
 */
export function assertSurvivesProcess(adapter: Named, what: string): void {
  const why = whyNotSurviving(adapter)
  if (why !== undefined) throw new InvalidArgumentError('adapterUrl', `Cannot ${what}: ${why}`)
}
