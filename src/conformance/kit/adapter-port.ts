/** What every port onto a stranger's storage has: it calls its methods while it is open, closes it once, and gives it up. */
import { LogClosedError } from '../../errors.ts'
import type { FullCapabilities } from './capabilities.ts'

export interface AdapterPortOptions {
  /** As errors call the storage. */
  readonly name: string
  readonly capabilities: FullCapabilities
  /** Calls a method of what `open` returned. */
  readonly call: (method: string, ...parameters: readonly unknown[]) => unknown
  /** Leaves it as SIGKILL would. */
  readonly abandon: () => void
  /** Whether what `open` returned has a method of this name, of those that an adapter may leave out. */
  readonly has: (method: string) => boolean
}

export abstract class AdapterPort {
  readonly name: string
  readonly #options: AdapterPortOptions
  #isClosed = false

  constructor(options: AdapterPortOptions) {
    this.name = options.name
    this.#options = options
  }

  /** Calls a method of the storage. Only one that says so itself is asked what it answers once it is closed. */
  calling(method: string, ...parameters: readonly unknown[]): unknown {
    const { call, capabilities } = this.#options
    if (this.#isClosed && !capabilities.typedErrors) throw new LogClosedError(this.name, method)
    return call(method, ...parameters)
  }

  close(): void {
    if (this.#isClosed) return
    try {
      this.#options.call('close')
    } finally {
      this.#isClosed = true
    }
  }

  abandon(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#options.abandon()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
