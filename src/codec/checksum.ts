/** CRC-32 (IEEE 802.3, as in zlib): zlib's own for what is long, a table for the bytes that a call into it would outlast. */
import { crc32 as zlibCrc32 } from 'node:zlib'

/**
 * Below this many bytes the table is faster than the call. Of no bytes it is also right: zlib's answers 0, whatever the seed, for
 * a view with no memory behind it.
 */
const tableBytesMax = 24
const polynomial = 0xedb88320

/** What a byte leaves behind. */
const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++)
    remainder = remainder & 1 ? (remainder >>> 1) ^ polynomial : remainder >>> 1
  return remainder
})

/** The checksum of `bytes` after what `seed` is the checksum of; 0 is that of nothing. */
export function crc32(bytes: Uint8Array, seed: number): number {
  if (bytes.length >= tableBytesMax) return zlibCrc32(bytes, seed)
  let remainder = ~seed
  for (let at = 0; at < bytes.length; at++) remainder = takeByte(remainder, bytes[at] ?? 0)
  return ~remainder >>> 0
}

/** The checksum of one more byte. */
export function crc32OfByte(byte: number, seed: number): number {
  return ~takeByte(~seed, byte) >>> 0
}

/** What `before` leaves behind when a byte follows. A remainder is a checksum whose bits are all the other way round. */
export function takeByte(before: number, byte: number): number {
  return (table[(before ^ byte) & 0xff] ?? 0) ^ (before >>> 8)
}
