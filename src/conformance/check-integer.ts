import { InvalidArgumentError } from '../errors.ts'

/** @throws {InvalidArgumentError} `value` is not an integer from `low` to `high` */
export function checkInteger(argument: string, value: number, low: number, high: number): void {
  if (Number.isSafeInteger(value) && value >= low && value <= high) return
  throw new InvalidArgumentError(
    argument,
    `Cannot use ${value} as ${argument}: give an integer from ${low} to ${high}`,
  )
}
