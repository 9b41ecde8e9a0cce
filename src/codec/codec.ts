/** Values to bytes and back: what an embedder may replace. */
import { Decoder, Encoder } from 'cbor-x'
import { findUnencodable } from './cbor-encodable.ts'
import { findCborDefect } from './cbor-well-formed.ts'

/**
 * How values of an engine become bytes. `decode(encode(value))` gives an equal value; each value decodes by itself, without
 * those stored before it. Both may throw: a value that cannot be encoded is refused before anything is written, bytes that
 * cannot be decoded are reported as corruption.
 */
export interface Codec<T> {
  encode(value: T): Uint8Array
  /** `bytes` belongs to the codec: it may keep it. */
  decode(bytes: Uint8Array): T
}

/**
 * CBOR (RFC 8949), by cbor-x. Records are off, so that a value never refers to a structure defined by an earlier one.
 * Plain objects, arrays, `Uint8Array`, `Map`, `Set`, `Date`, `bigint` and the primitives come back as they were (a `Buffer`
 * as a `Uint8Array`, a hole in an array as `undefined`, -0 as 0), nested up to 500 deep, where the tag of a `Map`,
 * `Set`, `Date`, `Uint8Array` or large `bigint` counts as a level. Encoding anything else (an instance of a class, a function, half a surrogate pair, a
 * property called `__proto__`, more than 65,535 properties, a bigint of more than 4 KiB) throws an `Error`, and so does
 * decoding bytes that are not one whole value of these.
 */
export function createCborCodec<T>(): Codec<T> {
  const encoder = new Encoder({ useRecords: false })
  const decoder = new Decoder({ useRecords: false })
  return {
    encode: (value) => {
      const found = findUnencodable(value)
      if (found !== undefined) throw new Error(`CBOR does not keep ${found}`)
      // The encoder reuses its buffer; what leaves here is the caller's own.
      const bytes = new Uint8Array(encoder.encode(value))
      refuseDefect(bytes)
      return bytes
    },
    decode: (bytes) => {
      refuseDefect(bytes)
      return decoder.decode(bytes) as T
    },
  }
}

function refuseDefect(bytes: Uint8Array): void {
  const defect = findCborDefect(bytes)
  if (defect !== undefined) throw new Error(`Not one CBOR value: ${defect}`)
}

/** Codec for engines whose values are bytes already. */
export const bytesCodec: Codec<Uint8Array> = {
  encode: (value) => {
    if (!(value instanceof Uint8Array)) throw new TypeError('Not a Uint8Array')
    return value
  },
  decode: (bytes) => bytes,
}
