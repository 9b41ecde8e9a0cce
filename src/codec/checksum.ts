/** CRC-32 (IEEE 802.3, as in zlib): zlib's own for what is long, tables for the bytes that a call into it would outlast. */
import { crc32 as zlibCrc32 } from 'node:zlib'

/**
 * Below this many bytes the table is faster than the call. Of no bytes it is also right: zlib's answers 0, whatever the seed, for
 * a view with no memory behind it.
 */
const tableBytesMax = 24
/** Below this many bytes sixteen tables are faster than the call. */
const wordsBytesMax = 512
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
  return ~takeBytes(~seed, bytes, 0, bytes.length) >>> 0
}

/** The checksum of one more byte. */
export function crc32OfByte(byte: number, seed: number): number {
  return ~takeByte(~seed, byte) >>> 0
}

/**
 * Memory whose parts are checksummed again and again: it is read a word at a time, and sixteen bytes at a step ("slicing",
 * Kounavis and Berry, 2005). For some hundred bytes that takes two thirds of zlib's time.
 */
export class ChecksummedMemory {
  readonly bytes: Uint8Array
  readonly #words: Int32Array

  /** `size` is a multiple of 4. */
  constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size)
    this.#words = new Int32Array(this.bytes.buffer)
  }

  /** The checksum of the bytes of `[from, to)` after what `seed` is the checksum of. `from` is a multiple of 4. */
  crc32(from: number, to: number, seed: number): number {
    if (to - from > wordsBytesMax || !isLittleEndian) return zlibCrc32(this.bytes.subarray(from, to), seed)
    const remainder = takeWords(~seed, this.#words, from >>> 2, to >>> 2)
    return ~takeBytes(remainder, this.bytes, to & ~3, to) >>> 0
  }
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** What a byte leaves behind that is followed by as many zeros as the name says. */
const after0 = table
const [after1, after2, after3, after4, after5] = [1, 2, 3, 4, 5].map(followedBy) as Tables
const [after6, after7, after8, after9, after10] = [6, 7, 8, 9, 10].map(followedBy) as Tables
const [after11, after12, after13, after14, after15] = [11, 12, 13, 14, 15].map(followedBy) as Tables

type Tables = [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array]

function followedBy(zeros: number): Int32Array {
  return table.map((remainder) => takeBytes(remainder, new Uint8Array(zeros), 0, zeros))
}

function takeBytes(before: number, bytes: Uint8Array, from: number, to: number): number {
  let remainder = before
  for (let at = from; at < to; at++) remainder = takeByte(remainder, bytes[at] ?? 0)
  return remainder
}

function takeByte(before: number, byte: number): number {
  return (table[(before ^ byte) & 0xff] ?? 0) ^ (before >>> 8)
}

/** Takes the words of `[from, to)`, four at a step as far as that goes. */
function takeWords(before: number, words: Int32Array, from: number, to: number): number {
  const stepsTo = to - ((to - from) & 3)
  let remainder = before
  for (let at = from; at < stepsTo; at += 4) {
    remainder =
      takeWord((words[at] ?? 0) ^ remainder, after15, after14, after13, after12) ^
      takeWord(words[at + 1] ?? 0, after11, after10, after9, after8) ^
      takeWord(words[at + 2] ?? 0, after7, after6, after5, after4) ^
      takeWord(words[at + 3] ?? 0, after3, after2, after1, after0)
  }
  for (let at = stepsTo; at < to; at++)
    remainder = takeWord((words[at] ?? 0) ^ remainder, after3, after2, after1, after0)
  return remainder
}

/** The lowest byte is the first. */
function takeWord(
  word: number,
  first: Int32Array,
  second: Int32Array,
  third: Int32Array,
  fourth: Int32Array,
): number {
  return (
    (first[word & 0xff] ?? 0) ^
    (second[(word >>> 8) & 0xff] ?? 0) ^
    (third[(word >>> 16) & 0xff] ?? 0) ^
    (fourth[word >>> 24] ?? 0)
  )
}
