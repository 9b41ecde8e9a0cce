import { InvalidArgumentError } from 'commander'

/** @throws {InvalidArgumentError} commander's own: `text` is no integer from `low` to `high` */
export function parseInteger(text: string, low: number, high: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= low && value <= high) return value
  throw new InvalidArgumentError(`It is an integer from ${low} to ${high}.`)
}
