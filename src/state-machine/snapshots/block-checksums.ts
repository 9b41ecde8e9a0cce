/** Checksums of the blocks of an image that comes in pieces of any length. */
import { crc32 } from '../../codec/index.ts'
import { blockBytes } from './manifest.ts'

export class BlockChecksums {
  readonly #done: number[] = []
  #current = 0
  #filled = 0
  #bytes = 0

  /** Bytes so far. */
  get bytes(): number {
    return this.#bytes
  }

  add(piece: Uint8Array): void {
    this.#bytes += piece.length
    for (let at = 0; at < piece.length; ) {
      const part = piece.subarray(at, at + blockBytes - this.#filled)
      this.#current = crc32(part, this.#current)
      this.#filled += part.length
      at += part.length
      if (this.#filled === blockBytes) this.#endBlock()
    }
  }

  /** All of them, the last one included, however short it is. */
  finish(): readonly number[] {
    if (this.#filled > 0) this.#endBlock()
    return this.#done
  }

  #endBlock(): void {
    this.#done.push(this.#current)
    this.#current = 0
    this.#filled = 0
  }
}
