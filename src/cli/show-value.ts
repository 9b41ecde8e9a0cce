/** A stored value, for people: whatever bytes it has, it can be shown. */
import { createCborCodec } from '../codec/index.ts'

const codec = createCborCodec<unknown>()
const previewBytes = 32

/** `cbor` and the value, when the bytes are one CBOR value; else `bytes` and how they begin, in hexadecimal. */
export function showValue(bytes: Uint8Array): string {
  const decoded = decode(bytes)
  return decoded === undefined ? `bytes ${hex(bytes)}` : `cbor ${decoded}`
}

/** The value as JSON, or `undefined` when the bytes are not one CBOR value: another codec's, most likely. */
export function decode(bytes: Uint8Array): string | undefined {
  try {
    return JSON.stringify(codec.decode(bytes), asJson)
  } catch {
    return undefined
  }
}

function hex(bytes: Uint8Array): string {
  const shown = Buffer.from(bytes.subarray(0, previewBytes)).toString('hex')
  return bytes.length > previewBytes ? `${shown}...` : shown
}

/** What JSON has no word for is shown by its own. */
function asJson(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`
  if (value === undefined) return null
  if (value instanceof Uint8Array) return `0x${hex(value)}`
  if (value instanceof Map) return Object.fromEntries(value)
  if (value instanceof Set) return [...value]
  return value
}
