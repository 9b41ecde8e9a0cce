/** Checks of arguments that every part makes at its public edge. */
import { InvalidArgumentError } from './errors.ts'

/** @throws {InvalidArgumentError} `value` is not a safe integer >= 0 */
export function checkIndex(argument: string, value: unknown): asserts value is number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return
  throw new InvalidArgumentError(
    argument,
    `Cannot use ${show(value)} as ${argument}: an index is an integer from 0 to ${Number.MAX_SAFE_INTEGER}`,
  )
}

/** A value in an error's message: as it was, and short. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value)
  if (typeof value === 'object' && value !== null)
    return `a value of type ${value.constructor?.name ?? 'object'}`
  return typeof value === 'bigint' ? `${value}n` : String(value)
}
