/** Page numbers, a bit each, in blocks made as needed: a `Set` holds no more than 16 million, and wants 40 bytes for each. */
export class PageSet {
  static readonly #pagesOfBlock = 32_768
  readonly #blocks = new Map<number, Uint8Array>()
  /** The one that was asked for last: neighbours are asked for together. */
  #key = -1
  #block: Uint8Array | undefined

  has(page: number): boolean {
    const block = this.#blockOf(page)
    const bit = page % PageSet.#pagesOfBlock
    return block !== undefined && ((block[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0
  }

  add(page: number): void {
    const block = this.#blockOf(page) ?? this.#newBlock()
    const bit = page % PageSet.#pagesOfBlock
    block[bit >> 3] = (block[bit >> 3] ?? 0) | (1 << (bit & 7))
  }

  remove(page: number): void {
    const block = this.#blockOf(page)
    const bit = page % PageSet.#pagesOfBlock
    if (block !== undefined) block[bit >> 3] = (block[bit >> 3] ?? 0) & ~(1 << (bit & 7))
  }

  #blockOf(page: number): Uint8Array | undefined {
    const key = Math.floor(page / PageSet.#pagesOfBlock)
    if (key !== this.#key) {
      this.#key = key
      this.#block = this.#blocks.get(key)
    }
    return this.#block
  }

  /** Of the key that was asked for last. */
  #newBlock(): Uint8Array {
    const block = new Uint8Array(PageSet.#pagesOfBlock / 8)
    this.#blocks.set(this.#key, block)
    this.#block = block
    return block
  }
}
