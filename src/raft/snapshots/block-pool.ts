/**
 * Memory for data on their way to the medium, in blocks that several threads read at once. There are so many and no more: who
 * needs one waits until another is given back.
 */

/** Small enough to stay in a processor's cache from the copying to the hashing and writing. */
export const blockBytes: number = 256 * 1024
const blocksMax = 32

export interface Block {
  /** From 0, in its pool. */
  readonly number: number
  readonly memory: SharedArrayBuffer
  readonly bytes: Uint8Array
  /** How many of the bytes are data. */
  length: number
  /** How many of those are written. */
  written: number
  /** How many will give it back. */
  holders: number
}

interface Waiting {
  readonly resolve: (block: Block) => void
  readonly reject: (reason: unknown) => void
}

export class BlockPool {
  #made = 0
  /** The one that was used last is the first to be used again: a cache may still have it. */
  readonly #free: Block[] = []
  #waiting: Waiting | undefined
  #end: { readonly reason: unknown } | undefined

  /** An empty block for `holders` of them, once there is one. One call at a time. @throws the reason of {@link end} */
  async take(holders: number): Promise<Block> {
    if (this.#end !== undefined) throw this.#end.reason
    const block = this.#free.pop() ?? (this.#made < blocksMax ? this.#make() : await this.#nextGivenBack())
    return Object.assign(block, { length: 0, written: 0, holders })
  }

  /** One of the holders needs it no more. */
  giveBack(block: Block): void {
    block.holders -= 1
    if (block.holders > 0) return
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting === undefined) this.#free.push(block)
    else waiting.resolve(block)
  }

  /** Nobody who waits will get one. */
  end(reason: unknown): void {
    this.#end ??= { reason }
    this.#waiting?.reject(reason)
    this.#waiting = undefined
  }

  #nextGivenBack(): Promise<Block> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
  }

  #make(): Block {
    const memory = new SharedArrayBuffer(blockBytes)
    const number = this.#made++
    return { number, memory, bytes: new Uint8Array(memory), length: 0, written: 0, holders: 0 }
  }
}
