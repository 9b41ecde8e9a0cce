/** The keys of a log's entries, in the same memory one after the other. Of neighbours all but the last byte is made once. */
import { checksumOfKey, crc32OfByte } from '../../codec/index.ts'
import { changeEntryKey, entryKey } from '../records.ts'

/** So many neighbours differ in the last byte alone. */
const blockEntries = 256

export class EntryKeys {
  readonly #key = entryKey(0)
  /** The entries whose key is {@link #key} but for its last byte: those whose index begins with this. */
  #block = 0
  #ofBlock = checksumOfKey(this.#key.subarray(0, -1))

  /** The key of the entry at `index`. It lasts until the next call. */
  of(index: number): Uint8Array {
    this.#enterBlockOf(index)
    this.#key[this.#key.length - 1] = index
    return this.#key
  }

  /** The checksum of that key (see {@link checksumOfKey}). */
  checksumOf(index: number): number {
    this.#enterBlockOf(index)
    return crc32OfByte(index, this.#ofBlock)
  }

  #enterBlockOf(index: number): void {
    const block = Math.floor(index / blockEntries)
    if (block === this.#block) return
    this.#block = block
    changeEntryKey(this.#key, index)
    this.#ofBlock = checksumOfKey(this.#key.subarray(0, -1))
  }
}
