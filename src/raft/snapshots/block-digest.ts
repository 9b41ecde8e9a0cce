/**
 * SHA-256 of blocks, on a thread of its own when they are many. A thread takes some 20 ms to begin, in which tens of mebibytes are
 * hashed without one; and what was hashed so far cannot be handed over to it. So it is begun by what a snapshot is expected to be.
 */
import { createHash } from 'node:crypto'
import type { Block } from './block-pool.ts'
import { type BlockHash, DigestThread, type DigestThreadEvents } from './digest-thread.ts'

/** From here on a thread is worth its beginning. */
const bytesForThread = 128 * 1024 * 1024
/** Of a snapshot of which nothing is known so many may wait, before a thread is begun: the digest of these takes a millisecond or two. */
const blocksBeforeThread = 8

export class BlockDigest implements BlockHash {
  readonly #events: DigestThreadEvents
  /** Added, and nobody has begun to hash. */
  readonly #waiting: Block[] = []
  readonly #waitingMax: number
  #hash: BlockHash | undefined
  #thread: DigestThread | undefined

  /** @param bytesExpected  how much will be added, about; `undefined` when nobody knows */
  constructor(bytesExpected: number | undefined, events: DigestThreadEvents) {
    this.#events = events
    this.#waitingMax = bytesExpected === undefined ? blocksBeforeThread : 0
    if (bytesExpected !== undefined && bytesExpected < bytesForThread) this.#hash = new DigestHere(events)
  }

  add(block: Block): void {
    if (this.#hash !== undefined) {
      this.#hash.add(block)
      return
    }
    this.#waiting.push(block)
    if (this.#waiting.length > this.#waitingMax) this.#beginThread()
  }

  digest(): Promise<string> {
    const { untouched } = this.#thread ?? {}
    // It is not even there yet, and all of it is.
    if (untouched !== undefined) {
      this.#thread?.end(undefined)
      this.#begin(new DigestHere(this.#events), untouched)
    }
    return (this.#hash ?? this.#begin(new DigestHere(this.#events), this.#waiting)).digest()
  }

  end(reason: unknown): void {
    this.#hash?.end(reason)
  }

  /** A process may be forbidden to have threads, or have too many. */
  #beginThread(): void {
    try {
      this.#thread = new DigestThread(this.#events)
    } catch {
      // It goes on without.
    }
    this.#begin(this.#thread ?? new DigestHere(this.#events), this.#waiting.splice(0))
  }

  #begin(hash: BlockHash, blocks: readonly Block[]): BlockHash {
    this.#hash = hash
    for (const block of blocks) hash.add(block)
    return hash
  }
}

/** On the thread that it is called on. */
class DigestHere implements BlockHash {
  readonly #hash = createHash('sha256')
  readonly #events: DigestThreadEvents

  constructor(events: DigestThreadEvents) {
    this.#events = events
  }

  add(block: Block): void {
    this.#hash.update(block.bytes.subarray(0, block.length))
    this.#events.onHashed(block)
  }

  digest(): Promise<string> {
    return Promise.resolve(this.#hash.digest('hex'))
  }

  end(): void {
    // There is nothing to end.
  }
}
