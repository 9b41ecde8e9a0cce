/**
 * What a failed write of a state machine's files means, decided in one place: clean, when it could be undone, or in doubt. After
 * a doubt everything is refused until the files are read anew; a sync that failed is never tried again.
 */
import { PoisonedError, WriteFailedError } from '../../errors.ts'
import { classifyWriteFailure } from '../../write-failure.ts'

/** The owner of the directory ended meanwhile: not another byte may be written to it. */
export class EndedError extends Error {
  override readonly name = 'EndedError'
}

export class WriteGuard {
  readonly #name: string
  #poison: { readonly cause: unknown } | undefined

  constructor(name: string) {
    this.#name = name
  }

  get isPoisoned(): boolean {
    return this.#poison !== undefined
  }

  /** @throws {PoisonedError} an earlier write left the medium in doubt */
  assertUsable(operation: string): void {
    if (this.#poison !== undefined) throw new PoisonedError(this.#name, operation, this.#poison.cause)
  }

  poison(cause: unknown): void {
    this.#poison ??= { cause }
  }

  /**
   * Does what can be undone as long as it was not synced.
   * @param undo  leaves the medium as it was before `work`
   * @throws {WriteFailedError} clean when it was undone
   */
  attempt<T>(operation: string, work: () => T, undo: () => void): T {
    try {
      return work()
    } catch (cause) {
      throw this.#refusal(operation, cause, undo)
    }
  }

  /** As {@link attempt}, for work that takes its time. */
  async attemptLater<T>(operation: string, work: () => Promise<T>, undo: () => void): Promise<T> {
    try {
      return await work()
    } catch (cause) {
      throw this.#refusal(operation, cause, undo)
    }
  }

  /**
   * Does what nothing refers to yet: however it fails, nothing that counts is in doubt.
   * @throws {WriteFailedError} clean
   */
  async attemptAside<T>(operation: string, work: () => Promise<T>, undo: () => void): Promise<T> {
    try {
      return await work()
    } catch (cause) {
      const failure = classifyWriteFailure(cause)
      if (failure === undefined) {
        if (!(cause instanceof EndedError)) this.poison(cause)
        undo()
        throw cause
      }
      undo()
      const { reason } = failure
      throw new WriteFailedError({ log: this.#name, operation, cause, reason, inDoubt: false })
    }
  }

  /** Does what cannot be undone, or of which it cannot be known what it did when it fails. */
  settle<T>(operation: string, work: () => T): T {
    try {
      return work()
    } catch (cause) {
      throw this.#doubt(operation, cause)
    }
  }

  #refusal(operation: string, cause: unknown, undo: () => void): unknown {
    if (cause instanceof WriteFailedError || cause instanceof PoisonedError) return cause
    const failure = classifyWriteFailure(cause)
    if (failure === undefined || failure.inDoubt) return this.#doubt(operation, cause)
    try {
      undo()
    } catch (again) {
      return this.#doubt(operation, again)
    }
    const { reason } = failure
    return new WriteFailedError({ log: this.#name, operation, cause, reason, inDoubt: false })
  }

  /** A defect of ours is thrown as it is, and what it left behind is in doubt all the same. */
  #doubt(operation: string, cause: unknown): unknown {
    this.poison(cause)
    const failure = classifyWriteFailure(cause)
    if (failure === undefined) return cause
    const { reason } = failure
    return new WriteFailedError({ log: this.#name, operation, cause, reason, inDoubt: true })
  }
}
