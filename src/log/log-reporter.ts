/** What the observer of one log is told. */
import { CorruptionError, reasonOf } from '../errors.ts'
import { notify, type OpenEvent, type StoreObserver, type WriteClass } from '../observer.ts'
import type { PlanCounts } from './plan.ts'

export class LogReporter {
  readonly #log: string
  readonly #observer: StoreObserver

  /** `log` is its name. */
  constructor(log: string, observer: StoreObserver) {
    this.#log = log
    this.#observer = observer
  }

  /** `startedAt`, here and below, is by the process's clock. */
  opened(
    startedAt: number,
    found: Pick<OpenEvent, 'firstIndex' | 'nextIndex' | 'compactedIndex' | 'stats'>,
  ): void {
    const durationMs = performance.now() - startedAt
    notify(() => this.#observer.onOpen?.({ log: this.#log, durationMs, ...found }))
  }

  writeStarted(operation: string): void {
    notify(() => this.#observer.onCommitStart?.({ log: this.#log, operation }))
  }

  /** Runs `write` and tells how it ended. It returns `undefined` when there was nothing to write: that is not told. */
  write(operation: string, writeClass: WriteClass, write: () => PlanCounts | undefined): void {
    const startedAt = performance.now()
    const event = { log: this.#log, operation, class: writeClass }
    let counts: PlanCounts | undefined
    try {
      counts = write()
    } catch (error) {
      const durationMs = performance.now() - startedAt
      notify(() => this.#observer.onWriteFailure?.({ ...event, reason: reasonOf(error), durationMs, error }))
      throw error
    }
    if (counts === undefined) return
    const durationMs = performance.now() - startedAt
    notify(() => this.#observer.onWrite?.({ ...event, durationMs, ...counts }))
  }

  /** What `read` returns; corruption that it meets is told. */
  read<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      if (error instanceof CorruptionError)
        notify(() => this.#observer.onCorruption?.({ log: this.#log, error }))
      throw error
    }
  }

  ended(how: 'close' | 'abandon'): void {
    notify(() => this.#observer.onClose?.({ log: this.#log, how }))
  }
}
