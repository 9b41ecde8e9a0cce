/** How values are written in a request, and read in a reply. */

/** Node skips what is no base64 without a word: written again, it has to be what it was. `undefined`: it is none. */
export function bytesIn(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string') return undefined
  const bytes = Buffer.from(value, 'base64')
  return bytes.toString('base64') === value ? bytes : undefined
}

/** Base64 with its padding. */
export function textOf(value: Uint8Array): string {
  if (!(value instanceof Uint8Array)) throw new TypeError('A value that is no Uint8Array cannot be base64')
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
}
