/** The bytes of a named value, and back. */
import { createHash } from 'node:crypto'
import type { NamedValue } from '../history.ts'
import { labelOfValue } from '../history-model.ts'

const numberBytes = 8

/** The bytes that `value` stands for: its number, then a pattern that the number and the size decide. */
export function bytesOf({ number, size }: NamedValue): Uint8Array {
  // An empty one has no memory at all: native code has been seen to take that for no value.
  const bytes = new Uint8Array(new ArrayBuffer(size))
  if (size < numberBytes) return bytes
  const view = new DataView(bytes.buffer)
  let state = (number ^ Math.imul(size, 0x9e37_79b1)) | 1
  for (let at = numberBytes; at < size; at++) {
    state = Math.imul(state, 0x0019_660d) + 0x3c6e_f35f
    bytes[at] = state >>> 24
  }
  view.setBigUint64(0, BigInt(number))
  return bytes
}

/** The label of the value that has these bytes, every one of them; otherwise one that no value has. */
export function labelOfBytes(bytes: Uint8Array): string {
  const size = bytes.length
  const value = { number: size < numberBytes ? 0 : numberIn(bytes), size }
  const isNamed = size === 0 || size >= numberBytes
  if (isNamed && Buffer.compare(bytesOf(value), bytes) === 0) return labelOfValue(value)
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 16)
  return `${size} bytes that are no value, SHA-256 ${digest}...`
}

function numberIn(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Number(BigInt.asUintN(53, view.getBigUint64(0)))
}
