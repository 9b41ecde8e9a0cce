/** A look at a value before it is encoded: would it come back as it is? What an encoder changes in silence is refused here. */
import { cborLimits } from './cbor-limits.ts'

const bigintEnd = 256n ** BigInt(cborLimits.bigintBytes)
const loneSurrogate = /\p{Surrogate}/u

/** Says what in `value` cannot be encoded, or `undefined` when all of it can. Throws only what a getter of it throws. */
export function findUnencodable(value: unknown, depth = 0): string | undefined {
  switch (typeof value) {
    case 'undefined':
    case 'boolean':
    case 'number':
      return undefined
    case 'string':
      return loneSurrogate.test(value) ? 'a string with half a surrogate pair' : undefined
    case 'bigint':
      return value < bigintEnd && value >= -bigintEnd
        ? undefined
        : `a bigint of more than ${cborLimits.bigintBytes} bytes`
    case 'object':
      return value === null ? undefined : findInObject(value, depth)
    default:
      return `a ${typeof value}`
  }
}

function findInObject(value: object, depth: number): string | undefined {
  // A tag counts as a level too, as it does when decoding.
  if (depth >= cborLimits.depth) return `nesting deeper than ${cborLimits.depth}`
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null || isRoot(prototype)) return findInProperties(value, depth)
  if (value instanceof Uint8Array) return undefined
  switch (prototype) {
    case Array.prototype:
      return findInItems(value as unknown[], depth)
    case Map.prototype:
      return (
        findInItems((value as Map<unknown, unknown>).keys(), depth + 1) ??
        findInItems((value as Map<unknown, unknown>).values(), depth + 1)
      )
    case Set.prototype:
      return findInItems(value as Set<unknown>, depth + 1)
    case Date.prototype:
      return isKeptExactly(value as Date) ? undefined : 'a date too far away to be kept to the millisecond'
    default:
      return `an instance of ${value.constructor?.name ?? 'a class'}`
  }
}

/** `Object.prototype`, of this realm or another. */
function isRoot(prototype: unknown): boolean {
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'isPrototypeOf')
}

function findInItems(items: Iterable<unknown>, depth: number): string | undefined {
  for (const item of items) {
    const found = findUnencodable(item, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}

function findInProperties(value: object, depth: number): string | undefined {
  const keys = Object.keys(value)
  if (keys.length > cborLimits.properties)
    return `an object with more than ${cborLimits.properties} properties`
  for (const key of keys) {
    // The decoder gives it another name, so that it cannot become a prototype.
    if (key === '__proto__') return 'a property called __proto__'
    if (loneSurrogate.test(key)) return 'a property whose name has half a surrogate pair'
    const found = findUnencodable((value as Record<string, unknown>)[key], depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}

/** A date is stored in seconds. */
function isKeptExactly(date: Date): boolean {
  const time = date.getTime()
  return Number.isNaN(time) || Math.round((time / 1000) * 1000) === time
}
