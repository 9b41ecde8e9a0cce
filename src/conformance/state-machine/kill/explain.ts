/** What a history did, for a person to read. */
import type { IssuedCall } from '../../kill/child-process.ts'

const historyLines = 16

/** The last operations, one a line, oldest first. */
export function describeStateHistory(issued: readonly IssuedCall<unknown>[]): string[] {
  return issued.slice(-historyLines).map(({ operation, outcome }) => {
    const ended = outcome === undefined ? 'in flight' : outcome.kind === 'done' ? 'done' : outcome.error
    return `${JSON.stringify(operation)}: ${ended}`
  })
}
