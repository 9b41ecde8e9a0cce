/** How values are written in a request. */

/** Base64 with its padding. */
export function textOf(value: Uint8Array): string {
  if (!(value instanceof Uint8Array)) throw new TypeError('A value that is no Uint8Array cannot be base64')
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
}
