/**
 * Makes any storage synchronous. The adapter runs in a thread with an event loop of its own; a call posts a request and blocks
 * until the answer is there, or until the time for it is up.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { AdapterError } from '../adapter-error.ts'
import type { AdapterDescription } from '../define-adapter.ts'
import { patienceMs } from '../patience.ts'
import { type Answer, answered, type BridgeStart, ended, type Request } from './protocol.ts'
import { putTogether } from './thrown.ts'

export interface BridgeOptions {
  readonly adapterUrl: string
  /** As messages call it. */
  readonly name: string
  readonly isTyped: boolean
  /** A call that takes longer hangs, unless a recorder makes it wait. */
  readonly callMsMax: number
}

/** How long a thread that is dropped may take to let go of what it had open. */
const dropMsMax = 5_000

type Unnumbered<T> = T extends unknown ? Omit<T, 'number'> : never

export class Bridge {
  readonly #options: BridgeOptions
  readonly #flags: Int32Array<SharedArrayBuffer>
  readonly #port: MessagePort
  readonly #worker: Worker
  #number = 0
  #handles = 0
  /** Names of the methods of what was opened, by its handle. */
  readonly #methods = new Map<number, ReadonlySet<string>>()
  #whyEnded: string | undefined

  constructor(options: BridgeOptions) {
    this.#options = { ...options, callMsMax: patienceMs(options.callMsMax) }
    const { port1, port2 } = new MessageChannel()
    const state = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)
    this.#flags = new Int32Array(state)
    this.#port = port1
    const start: BridgeStart = { adapterUrl: options.adapterUrl, port: port2, state }
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: start,
      transferList: [port2],
      // Flags of the process are the thread's too, and those of a program on the command line would stop it.
      execArgv: process.execArgv.some((flag) => /^(-e|-p|--eval|--print|--input-type)/.test(flag))
        ? []
        : process.execArgv,
    })
    // How it ended is told to whoever calls it next.
    this.#worker.on('error', (error) => {
      this.#whyEnded ??= `${error.name}: ${error.message}`
    })
    this.#worker.unref()
  }

  /** Whether no call can be made any more. */
  get hasEnded(): boolean {
    return this.#whyEnded !== undefined || Atomics.load(this.#flags, ended) === 1
  }

  /** @throws {AdapterError} the module cannot be loaded, or exports no adapter */
  describe(): AdapterDescription {
    return this.#ask({ kind: 'describe' }, 'import') as AdapterDescription
  }

  /** Opens the adapter's storage in `directory` and returns the handle to call it by. @throws what `open` throws */
  open(directory: string): number {
    const handle = ++this.#handles
    const methods = this.#ask({ kind: 'open', handle, directory }, 'open') as readonly string[]
    this.#methods.set(handle, new Set(methods))
    return handle
  }

  /** Whether what was opened has a method of this name, among those that an adapter may leave out. */
  has(handle: number, method: string): boolean {
    return this.#methods.get(handle)?.has(method) ?? false
  }

  /** @throws {AdapterError} it hangs, or its thread has ended @throws what the method throws */
  call(handle: number, method: string, parameters: readonly unknown[]): unknown {
    return this.#ask({ kind: 'call', handle, method, parameters }, method)
  }

  /** Ends the thread where it is, and waits until it has let go. No call can be made afterwards. */
  drop(): void {
    if (!this.hasEnded) {
      this.#post({ kind: 'drop' })
      this.#await(() => Atomics.load(this.#flags, ended) === 1, dropMsMax)
    }
    this.#whyEnded ??= 'it was dropped'
    void this.#worker.terminate()
    this.#port.close()
  }

  #ask(request: Unnumbered<Request>, method: string): unknown {
    if (this.#whyEnded !== undefined) throw this.#died(method)
    const number = this.#post(request)
    const isThere = this.#await(
      () => Atomics.load(this.#flags, answered) === number || Atomics.load(this.#flags, ended) === 1,
      this.#options.callMsMax,
    )
    if (!isThere) throw this.#hangs(method)
    const answer = this.#receive()
    if (answer?.kind === 'returned') return answer.value
    if (answer?.kind === 'threw') throw putTogether(answer.error, method, this.#options.isTyped)
    this.#whyEnded = answer === undefined ? 'it ended its thread' : answer.text
    throw this.#died(method)
  }

  #post(request: Unnumbered<Request>): number {
    const number = ++this.#number
    this.#port.postMessage({ ...request, number })
    return number
  }

  /** Blocks until `isSo`, which a change of the flags makes so. Returns whether it is. */
  #await(isSo: () => boolean, msMax: number): boolean {
    const deadline = performance.now() + msMax
    for (;;) {
      const seen = Atomics.load(this.#flags, answered)
      if (isSo()) return true
      const left = deadline - performance.now()
      if (left <= 0) return false
      // The end of the thread does not change what is waited for: it is looked at now and then.
      Atomics.wait(this.#flags, answered, seen, Math.min(left, 50))
    }
  }

  #receive(): Answer | undefined {
    return (receiveMessageOnPort(this.#port) as { readonly message: Answer } | undefined)?.message
  }

  #hangs(method: string): AdapterError {
    const { name, callMsMax } = this.#options
    this.#whyEnded = `${method} hung`
    void this.#worker.terminate()
    const text = `"${name}" did not answer ${method}() within ${callMsMax} ms`
    return new AdapterError(
      'hang',
      `${text}; see whether it settles its promise on every path, or give it more time`,
    )
  }

  #died(method: string): AdapterError {
    const text = `The thread of "${this.#options.name}" is over, and cannot answer ${method}(): ${this.#whyEnded}`
    return new AdapterError(
      'died',
      `${text}; an adapter may not end its process, and must catch its own errors`,
    )
  }
}
