/** Nothing may write from inside a write: it would stand on what is about to change, or be undone with it. */
import { InvalidArgumentError } from './errors.ts'

/** What is guarded, as an error says it: `on log "a"`, and which of its `writes` one is inside of. */
export interface GuardedPlace {
  readonly where: string
  readonly what: 'writes' | 'transactions'
}

/** Knows whether a write is going on, and refuses calls from inside it: from an observer, or a failpoint's callback. */
export class WriteGuard {
  readonly #place: GuardedPlace
  #isInside = false

  constructor(place: GuardedPlace) {
    this.#place = place
  }

  get isInside(): boolean {
    return this.#isInside
  }

  /** A write begins. @throws {InvalidArgumentError} from inside another */
  enter(operation: string): void {
    this.assertOutside(operation)
    this.#isInside = true
  }

  /** It ended, in whatever way. */
  leave(): void {
    this.#isInside = false
  }

  /** @throws {InvalidArgumentError} from inside a write */
  assertOutside(operation: string): void {
    if (!this.#isInside) return
    const { where, what } = this.#place
    throw new InvalidArgumentError(
      'operation',
      `Cannot ${operation} ${where} from inside one of its ${what}: wait until that has returned`,
    )
  }
}
