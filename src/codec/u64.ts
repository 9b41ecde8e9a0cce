/** Safe integers as eight big-endian bytes, so that keys sort as their numbers do. */

const twoTo32 = 2 ** 32

/** Writes `value`, a safe integer >= 0, into `bytes` at `offset`. */
export function writeU64(bytes: Uint8Array, offset: number, value: number): void {
  // Shifts take a number modulo 2^32, and without the division that `%` would make of it.
  writeU32(bytes, offset, value / twoTo32)
  writeU32(bytes, offset + 4, value)
}

/** Reads eight bytes at `offset`. The answer is not a safe integer when the bytes say more than 2^53 - 1. */
export function readU64(bytes: Uint8Array, offset: number): number {
  return readU32(bytes, offset) * twoTo32 + readU32(bytes, offset + 4)
}

/** Writes `value`, of which it takes the integer part modulo 2^32, into `bytes` at `offset`. */
export function writeU32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24
  bytes[offset + 1] = value >>> 16
  bytes[offset + 2] = value >>> 8
  bytes[offset + 3] = value
}

/** Reads four bytes at `offset`, which the caller knows to be there. */
export function readU32(bytes: Uint8Array, offset: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = [
    bytes[offset],
    bytes[offset + 1],
    bytes[offset + 2],
    bytes[offset + 3],
  ]
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
}
