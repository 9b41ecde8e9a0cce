/**
 * Memory of which many parts are checksummed at once. A call into zlib takes longer than some hundred bytes do in tables, and with
 * tables it is the waiting for each look before the next that takes the time. So four parts go side by side, each in a lane of its
 * own: while one waits, the others are looked up. Every look takes 11 bits of a word of 32, or 10: three looks instead of four, from
 * tables that fit into the processor's first cache.
 *
 * The tables are those of "slicing" (Kounavis and Berry, 2005), cut elsewhere than at bytes.
 */
import { crc32, takeByte } from './checksum.ts'

/** Above this many bytes the call is faster. */
const laneBytesMax = 512
/** For fewer parts the tables, 20 KiB, are not worth their way into the processor's cache: a commit of one entry took 8 µs more. */
const lanePartsMin = 32
const laneCount = 4
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** Parts of a memory, as columns of which the first `count` rows are meant. */
export interface Parts {
  readonly count: number
  /** In bytes, multiples of 4. */
  readonly from: Int32Array
  /** In bytes, exclusive. */
  readonly to: Int32Array
  /** Of what goes before each part; after {@link ChecksummedMemory.checksum} of that and the part. */
  readonly checksums: Int32Array
}

export class ChecksummedMemory {
  readonly bytes: Uint8Array
  readonly #words: Int32Array
  /** The first part that has not been begun. */
  #next = 0
  /** The part in each lane. */
  readonly #part = new Int32Array(laneCount)
  /** Which word of the memory comes next. */
  readonly #at = new Int32Array(laneCount)
  /** How many whole words of the part are left. */
  readonly #left = new Int32Array(laneCount)
  /** What those before left behind. */
  readonly #remainders = new Int32Array(laneCount)

  /** `size` is a multiple of 4. */
  constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size)
    this.#words = new Int32Array(this.bytes.buffer)
  }

  /** Takes each part into its checksum. */
  checksum(parts: Parts): void {
    if (parts.count >= lanePartsMin && isLittleEndian) this.#takeInLanes(parts)
    else for (let part = 0; part < parts.count; part++) this.#take(part, parts)
  }

  /** Takes one part by itself. */
  #take(part: number, { from, to, checksums }: Parts): void {
    checksums[part] = crc32(this.bytes.subarray(from[part], to[part]), (checksums[part] ?? 0) >>> 0)
  }

  #takeInLanes(parts: Parts): void {
    this.#next = 0
    for (let lane = 0; lane < laneCount; lane++) this.#begin(lane, parts)
    for (let words = this.#leastLeft(); words < isIdle; words = this.#leastLeft()) {
      takeWords(this.#words, this.#at, words, this.#remainders)
      for (let lane = 0; lane < laneCount; lane++) this.#advance(lane, words, parts)
    }
  }

  /** Has the lane begin the next part that is not too long for it, or read along with nothing to do. */
  #begin(lane: number, parts: Parts): void {
    while (this.#next < parts.count) {
      const part = this.#next++
      const from = parts.from[part] ?? 0
      const bytes = (parts.to[part] ?? 0) - from
      if (bytes <= laneBytesMax) {
        this.#part[lane] = part
        this.#at[lane] = from >>> 2
        this.#left[lane] = bytes >>> 2
        this.#remainders[lane] = ~(parts.checksums[part] ?? 0)
        return
      }
      this.#take(part, parts)
    }
    this.#at[lane] = 0
    this.#left[lane] = isIdle
  }

  #leastLeft(): number {
    const left = this.#left
    return Math.min(left[0] ?? 0, left[1] ?? 0, left[2] ?? 0, left[3] ?? 0)
  }

  #advance(lane: number, words: number, parts: Parts): void {
    const left = this.#left[lane] ?? 0
    if (left === isIdle) return
    this.#at[lane] = (this.#at[lane] ?? 0) + words
    this.#left[lane] = left - words
    if (left > words) return
    this.#finish(lane, parts)
    this.#begin(lane, parts)
  }

  /** Takes the bytes behind the last whole word. */
  #finish(lane: number, parts: Parts): void {
    const part = this.#part[lane] ?? 0
    const to = parts.to[part] ?? 0
    let remainder = this.#remainders[lane] ?? 0
    for (let at = (this.#at[lane] ?? 0) << 2; at < to; at++)
      remainder = takeByte(remainder, this.bytes[at] ?? 0)
    parts.checksums[part] = ~remainder
  }
}

/** What a lane without a part has left: more words than there are. */
const isIdle = 0x7fff_ffff

/** What the lowest 11 bits of a word leave behind, the 11 above them, and the highest 10. */
const lowest = afterWords(0, 2048)
const middle = afterWords(11, 2048)
const highest = afterWords(22, 1024)

function afterWords(shift: number, length: number): Int32Array {
  return Int32Array.from({ length }, (_, bits) => {
    let remainder = bits << shift
    for (let byte = 0; byte < 4; byte++) remainder = takeByte(remainder, 0)
    return remainder
  })
}

/** Takes `count` words in each lane, from where it is. */
function takeWords(words: Int32Array, at: Int32Array, count: number, remainders: Int32Array): void {
  const [a, b, c, d] = [at[0] ?? 0, at[1] ?? 0, at[2] ?? 0, at[3] ?? 0]
  let afterA = remainders[0] ?? 0
  let afterB = remainders[1] ?? 0
  let afterC = remainders[2] ?? 0
  let afterD = remainders[3] ?? 0
  for (let word = 0; word < count; word++) {
    afterA = afterWord((words[(a + word) | 0] ?? 0) ^ afterA)
    afterB = afterWord((words[(b + word) | 0] ?? 0) ^ afterB)
    afterC = afterWord((words[(c + word) | 0] ?? 0) ^ afterC)
    afterD = afterWord((words[(d + word) | 0] ?? 0) ^ afterD)
  }
  remainders[0] = afterA
  remainders[1] = afterB
  remainders[2] = afterC
  remainders[3] = afterD
}

function afterWord(word: number): number {
  return (lowest[word & 0x7ff] ?? 0) ^ (middle[(word >>> 11) & 0x7ff] ?? 0) ^ (highest[word >>> 22] ?? 0)
}
