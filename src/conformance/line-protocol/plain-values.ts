/** Values with bytes anywhere in them, as JSON: bytes are an object with one field, `base64`. */
import { bytesIn, textOf } from './line-values.ts'

/** What is `undefined` is `null` in a list, and left out of an object. */
export function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { base64: textOf(value) }
  if (Array.isArray(value)) return value.map((one) => (one === undefined ? null : plain(one)))
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).filter(([, one]) => one !== undefined)
  return Object.fromEntries(fields.map(([name, one]) => [name, plain(one)]))
}

/** Whether all that it calls base64 is that. Bytes stay as they are written until they are in the thread that reads them. */
export function isPlain(value: unknown): boolean {
  try {
    unplain(value)
    return true
  } catch {
    return false
  }
}

/** With its bytes as bytes. @throws {TypeError} some of them are no base64 */
export function unplain(value: unknown): unknown {
  // A part of a reply that is bytes, and nothing else.
  if (value instanceof Uint8Array) return Uint8Array.from(value)
  if (Array.isArray(value)) return value.map(unplain)
  if (typeof value !== 'object' || value === null) return value
  const names = Object.keys(value)
  if (names.length === 1 && names[0] === 'base64') {
    const bytes = bytesIn((value as { readonly base64: unknown }).base64)
    if (bytes === undefined) throw new TypeError('What is called base64 is none')
    // In memory of its own.
    return Uint8Array.from(bytes)
  }
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, unplain(one)]))
}
