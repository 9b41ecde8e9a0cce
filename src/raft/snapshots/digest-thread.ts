/**
 * SHA-256 on a thread of its own: a processor's whole time goes into it when gigabytes are hashed, and the event loop's thread
 * has others to serve. The thread ends with the digest, and does not keep the process alive.
 */
import { Worker } from 'node:worker_threads'
import type { Block } from './block-pool.ts'

/** As text and not a file, so that it is found wherever this module was bundled to. */
const program = `
  const { createHash } = require('node:crypto')
  const { parentPort } = require('node:worker_threads')
  const hash = createHash('sha256')
  const blocks = []
  parentPort.on('message', ({ number, memory, length }) => {
    if (number === undefined) return parentPort.postMessage(hash.digest('hex'))
    if (memory !== undefined) blocks[number] = new Uint8Array(memory)
    hash.update(blocks[number].subarray(0, length))
    parentPort.postMessage(undefined)
  })
`

/** The thread died. What it had hashed is lost with it. */
export class DigestThreadError extends Error {
  override readonly name = 'DigestThreadError'
}

/** Who hashes blocks, in the order in which they are added. */
export interface BlockHash {
  add(block: Block): void
  /** Of all that was added, in hexadecimal digits. Nothing is added afterwards. */
  digest(): Promise<string>
  /** Gives up. A digest that is waited for is rejected with `reason`. Twice is fine. */
  end(reason: unknown): void
}

export interface DigestThreadEvents {
  readonly onHashed: (block: Block) => void
  /** At most once, and not after `end`. */
  readonly onFailure: (error: DigestThreadError) => void
}

export class DigestThread implements BlockHash {
  readonly #events: DigestThreadEvents
  readonly #worker: Worker
  /** The blocks whose memory the thread knows. */
  readonly #known = new Set<Block>()
  /** Those that it has not answered yet, in order. */
  readonly #sent: Block[] = []
  #hasAnswered = false
  #isEnded = false
  #digest:
    | { readonly resolve: (digest: string) => void; readonly reject: (reason: unknown) => void }
    | undefined

  /** Throws what Node throws where a process may have no threads. */
  constructor(events: DigestThreadEvents) {
    this.#events = events
    this.#worker = new Worker(program, {
      eval: true,
      name: 'holdfast snapshot SHA-256',
      // It needs nothing of what the process was started with.
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
    })
    this.#worker.on('message', (digest: string | undefined) => this.#onAnswer(digest))
    this.#worker.on('error', (cause) => this.#fail(cause))
    this.#worker.on('exit', (code) => this.#fail(new Error(`It ended by itself, with ${code}`)))
    this.#worker.unref()
  }

  /** Every block that was added, while none of them was given back yet: somebody else may still hash them all. */
  get untouched(): readonly Block[] | undefined {
    return this.#hasAnswered ? undefined : this.#sent
  }

  add(block: Block): void {
    const { number, memory, length } = block
    // While it owes an answer, the process waits for it.
    if (this.#sent.length === 0) this.#worker.ref()
    this.#sent.push(block)
    this.#worker.postMessage({ number, length, memory: this.#known.has(block) ? undefined : memory })
    this.#known.add(block)
  }

  digest(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#digest = { resolve, reject }
      this.#worker.ref()
      this.#worker.postMessage({})
    })
  }

  end(reason: unknown): void {
    if (this.#isEnded) return
    this.#isEnded = true
    void this.#worker.terminate()
    this.#digest?.reject(reason)
  }

  #onAnswer(digest: string | undefined): void {
    if (this.#isEnded) return
    if (digest !== undefined) {
      this.#digest?.resolve(digest)
      this.end(undefined)
      return
    }
    this.#hasAnswered = true
    const block = this.#sent.shift()
    if (this.#sent.length === 0 && this.#digest === undefined) this.#worker.unref()
    if (block !== undefined) this.#events.onHashed(block)
  }

  #fail(cause: Error): void {
    if (this.#isEnded) return
    const error = new DigestThreadError(`The thread that computes the SHA-256 died: ${cause.message}`, {
      cause,
    })
    this.end(error)
    this.#events.onFailure(error)
  }
}
