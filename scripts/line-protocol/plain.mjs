/** Values with bytes anywhere in them, as JSON: bytes are an object with one field, `base64`. */

/** What is `undefined` is `null` in a list, and left out of an object. */
export function plain(value) {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') }
  if (Array.isArray(value)) return value.map((one) => (one === undefined ? null : plain(one)))
  return typeof value === 'object' && value !== null ? mapped(value, plain) : value
}

/** With its bytes as bytes. */
export function unplain(value) {
  if (Array.isArray(value)) return value.map(unplain)
  if (typeof value !== 'object' || value === null) return value
  const isBytes = Object.keys(value).join() === 'base64'
  return isBytes ? new Uint8Array(Buffer.from(value.base64, 'base64')) : mapped(value, unplain)
}

function mapped(value, map) {
  const fields = Object.entries(value).filter(([, one]) => one !== undefined)
  return Object.fromEntries(fields.map(([name, one]) => [name, map(one)]))
}
