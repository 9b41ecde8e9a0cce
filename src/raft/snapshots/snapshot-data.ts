/**
 * The data file of a snapshot on its way. Given bytes are copied into blocks, and three go on at once: the next ones are copied,
 * those before them are written, and the medium is at work on what was written; a fourth, in another thread, is their SHA-256.
 */
import { strict as assert } from 'node:assert'
import { fstatSync, openSync } from 'node:fs'
import { closeLater, syncDataOfDescriptor, syncDescriptor, writeAll } from '../../files/index.ts'
import { BlockDigest } from './block-digest.ts'
import { type Block, BlockPool, blockBytes } from './block-pool.ts'

/**
 * How much may be written before the medium is set to work on it. Left to the last sync, gigabytes would go to the medium at
 * once, and the log beside them would wait; and hashing would not have hidden any of it.
 */
const unsyncedBytesMax = 16 * 1024 * 1024
/** Of one write: a few of them are in flight at most, whatever waits. */
const blocksPerWriteMax = 4
/** A block is given back when it is written and when it is hashed. */
const holdersOfBlock = 2

export interface SnapshotDataOptions {
  /** How much there will be, about; `undefined` when nobody knows. */
  readonly bytesExpected: number | undefined
  /** Told, once, of what fails while no call waits for it. */
  readonly onFailure: (error: unknown) => void
}

export class SnapshotData {
  readonly #onFailure: (error: unknown) => void
  readonly #pool = new BlockPool()
  readonly #digest: BlockDigest
  /** Undefined once it is closed. */
  #descriptor: number | undefined
  /** Uses of the descriptor by other threads: closed before their end, its number could be another file's. */
  readonly #uses = new Set<Promise<unknown>>()
  /** Blocks with bytes that are not written, oldest first; the last of them may be the one that is being filled. */
  readonly #unwritten: Block[] = []
  #filling: Block | undefined
  #bytes = 0
  #bytesWritten = 0
  #isWriting = false
  #writing: Promise<void> = Promise.resolve()
  /** The sync of what was written so far, which goes on while more is written. */
  #early: Promise<void> = Promise.resolve()
  #isEarlyAtWork = false
  #bytesAtEarlySync = 0
  /** Why nothing goes on any more. */
  #end: { readonly reason: unknown } | undefined

  /** Makes the file. */
  constructor(path: string, { bytesExpected, onFailure }: SnapshotDataOptions) {
    this.#descriptor = openSync(path, 'wx')
    this.#onFailure = onFailure
    this.#digest = new BlockDigest(bytesExpected, {
      onHashed: (block) => this.#pool.giveBack(block),
      onFailure: (error) => this.#fail(error),
    })
  }

  /** Copies `chunks`, whose bytes are the caller's again when it is done. They are written soon. One call at a time. */
  async append(chunks: readonly Uint8Array[]): Promise<void> {
    for (const chunk of chunks) {
      for (let at = 0; at < chunk.length; ) {
        if (this.#end !== undefined) throw this.#end.reason
        this.#filling ??= await this.#pool.take(holdersOfBlock)
        at += this.#fill(this.#filling, chunk, at)
        this.#writeOn()
      }
    }
  }

  /** Done when all that was appended is written. */
  async flush(): Promise<void> {
    await this.#writing
    if (this.#end !== undefined) throw this.#end.reason
  }

  /** Makes everything durable, and tells what it is. A failed sync is not tried again. Nothing is appended afterwards. */
  async seal(): Promise<{ readonly bytes: number; readonly sha256: string }> {
    if (this.#filling !== undefined) this.#digest.add(this.#filling)
    const digest = this.#digest.digest()
    // It is awaited below, if nothing else fails before.
    digest.catch(() => undefined)
    await this.flush()
    // When it failed there must be no other sync: that would say that all is well.
    await this.#early
    await this.#use(syncDescriptor)
    await this.#use(async (descriptor) => {
      const { size } = fstatSync(descriptor)
      assert(size === this.#bytes, `${this.#bytes} bytes were written, and the file has ${size}`)
    })
    return { bytes: this.#bytes, sha256: await digest }
  }

  /** Ends everything that goes on, and closes the file when nobody uses it any more. Twice is fine. */
  async close(reason: unknown): Promise<void> {
    this.#stop(reason)
    while (this.#uses.size > 0) await Promise.allSettled(this.#uses)
    const descriptor = this.#descriptor
    this.#descriptor = undefined
    if (descriptor !== undefined) await closeLater(descriptor)
  }

  /** Copies what has room of `chunk` from `at` on. Returns how much that was. */
  #fill(block: Block, chunk: Uint8Array, at: number): number {
    const part = chunk.subarray(at, at + blockBytes - block.length)
    block.bytes.set(part, block.length)
    if (block.length === 0) this.#unwritten.push(block)
    block.length += part.length
    this.#bytes += part.length
    if (block.length === blockBytes) {
      this.#filling = undefined
      this.#digest.add(block)
    }
    return part.length
  }

  /** Writes what there is, unless that is being done. */
  #writeOn(): void {
    if (this.#isWriting) return
    this.#isWriting = true
    this.#writing = this.#use((descriptor) => this.#writeQueued(descriptor)).catch((error: unknown) =>
      this.#fail(error),
    )
  }

  async #writeQueued(descriptor: number): Promise<void> {
    while (this.#bytesWritten < this.#bytes && this.#end === undefined) {
      const blocks = this.#unwritten.slice(0, blocksPerWriteMax)
      const parts = blocks.map(({ bytes, written, length }) => bytes.subarray(written, length))
      await writeAll(descriptor, parts, this.#bytesWritten)
      for (const [at, block] of blocks.entries()) this.#adoptWritten(block, parts[at]?.length ?? 0)
      if (this.#bytesWritten - this.#bytesAtEarlySync >= unsyncedBytesMax) await this.#syncEarly()
    }
    // At once: what is appended from here on begins anew.
    this.#isWriting = false
  }

  #adoptWritten(block: Block, bytes: number): void {
    block.written += bytes
    this.#bytesWritten += bytes
    if (block.written < blockBytes) return
    this.#unwritten.shift()
    this.#pool.giveBack(block)
  }

  /** Begins another early sync, unless one is at work. Throws when the last one failed. */
  async #syncEarly(): Promise<void> {
    if (this.#isEarlyAtWork) return
    await this.#early
    this.#bytesAtEarlySync = this.#bytesWritten
    this.#isEarlyAtWork = true
    this.#early = this.#use(syncDataOfDescriptor).finally(() => {
      this.#isEarlyAtWork = false
    })
    // The next of these, or the seal, throws it.
    this.#early.catch(() => undefined)
  }

  #use<T>(use: (descriptor: number) => Promise<T>): Promise<T> {
    if (this.#end !== undefined || this.#descriptor === undefined) return Promise.reject(this.#end?.reason)
    const used = use(this.#descriptor)
    this.#uses.add(used)
    const end = (): void => void this.#uses.delete(used)
    used.then(end, end)
    return used
  }

  #fail(error: unknown): void {
    if (this.#end !== undefined) return
    this.#stop(error)
    this.#onFailure(error)
  }

  #stop(reason: unknown): void {
    this.#end ??= { reason }
    this.#pool.end(reason)
    this.#digest.end(reason)
  }
}
