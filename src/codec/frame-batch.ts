/**
 * Frames many values in memory of its own before the first of them is stored. Framed and stored in turns, the checksum's tables and
 * the store's pages drive each other out of the processor's cache: in a batch of a thousand that took a third of the time.
 */
import { ChecksummedMemory, crc32, crc32OfByte } from './checksum.ts'
import { checksumOfVersion, frameOverheadBytes, frameVersion } from './frame.ts'
import { writeU32 } from './u64.ts'

/** A longer frame takes so long to write that memory of its own is nothing beside it. */
const batchBytes = 32 * 1024
const framesMax = 512

export class FrameBatch {
  readonly #memory = new ChecksummedMemory(batchBytes)
  readonly #starts = new Int32Array(framesMax)
  readonly #ends = new Int32Array(framesMax)
  #count = 0
  /** All but the last byte of the key before: neighbours have it in common, and it is taken into the checksum once. */
  #prefix = new Uint8Array(0)
  #afterPrefix = checksumOfVersion

  /** How many frames there are. */
  get count(): number {
    return this.#count
  }

  /** Where they lie. The bytes last until {@link clear}. */
  get bytes(): Uint8Array {
    return this.#memory.bytes
  }

  /** Where the frame at `position` begins in {@link bytes}. */
  startOf(position: number): number {
    return this.#starts[position] ?? 0
  }

  /** Where it ends, exclusive. */
  endOf(position: number): number {
    return this.#ends[position] ?? 0
  }

  clear(): void {
    this.#count = 0
  }

  /** Frames `payload` for storage under `key`. The bytes are copied. False, and nothing is framed, when there is no room. */
  add(key: Uint8Array, payload: Uint8Array): boolean {
    // A payload begins at a whole word, so that its checksum is taken by words.
    const payloadFrom = (this.#end + frameOverheadBytes + 3) & ~3
    const end = payloadFrom + payload.length
    if (end > batchBytes || this.#count === framesMax) return false
    const { bytes } = this.#memory
    bytes.set(payload, payloadFrom)
    const start = payloadFrom - frameOverheadBytes
    bytes[start] = frameVersion
    // Of what was copied: somebody may be writing to the bytes that were given.
    writeU32(bytes, start + 1, this.#memory.crc32(payloadFrom, end, this.#checksumOfKey(key)))
    this.#starts[this.#count] = start
    this.#ends[this.#count++] = end
    return true
  }

  get #end(): number {
    return this.#count === 0 ? 0 : this.endOf(this.#count - 1)
  }

  /** After the version. */
  #checksumOfKey(key: Uint8Array): number {
    const last = key.length - 1
    if (last < 0) return checksumOfVersion
    if (!this.#isPrefixOf(key)) {
      this.#prefix = new Uint8Array(key.subarray(0, last))
      this.#afterPrefix = crc32(this.#prefix, checksumOfVersion)
    }
    return crc32OfByte(key[last] ?? 0, this.#afterPrefix)
  }

  #isPrefixOf(key: Uint8Array): boolean {
    const prefix = this.#prefix
    if (prefix.length !== key.length - 1) return false
    for (let at = 0; at < prefix.length; at++) if (prefix[at] !== key[at]) return false
    return true
  }
}
