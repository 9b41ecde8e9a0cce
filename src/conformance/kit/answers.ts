/** Checks what an adapter's methods return: a value of the wrong type says nothing about the storage. */
import { show } from '../../arguments.ts'
import { AdapterError } from './adapter-error.ts'

export function asIndex(method: string, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number
  throw wrong(method, value, 'an index, an integer of 0 or more')
}

export function asList(method: string, value: unknown): readonly unknown[] {
  // One of this realm: a runner that has a realm for each file would tell it from its own.
  if (Array.isArray(value)) return Array.from(value as readonly unknown[])
  throw wrong(method, value, 'a list')
}

/** The value itself, or as a plain array of bytes where it is a `Buffer`. */
export function asBytes(method: string, value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw wrong(method, value, 'a Uint8Array for each value')
}

function wrong(method: string, value: unknown, expected: string): AdapterError {
  return new AdapterError('answer', `${method}() answered ${show(value)}; it should answer ${expected}`)
}
