/** Removes expired keys while nobody waits: a few at a time, now and then. */

export interface CollectorSettings {
  readonly everyMs: number
  readonly keys: number
}

export class Collector {
  readonly #settings: CollectorSettings | undefined
  readonly #collect: (keys: number) => Promise<unknown>
  #timer: NodeJS.Timeout | undefined

  /** @param collect  removes up to so many; when it fails it is tried again the next time */
  constructor(settings: CollectorSettings | undefined, collect: (keys: number) => Promise<unknown>) {
    this.#settings = settings
    this.#collect = collect
  }

  start(): void {
    if (this.#settings === undefined || this.#timer !== undefined) return
    const { everyMs, keys } = this.#settings
    this.#timer = setInterval(() => void this.#collect(keys).catch(() => undefined), everyMs)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
