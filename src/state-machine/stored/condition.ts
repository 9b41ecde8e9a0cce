/** In which state a state machine is, and what may be asked of it there. */
import { LogClosedError, PoisonedError } from '../../errors.ts'
import { NotServingError } from '../errors.ts'
import type { StateMachineState } from '../state-machine.ts'

export class Condition {
  readonly #name: string
  #state: StateMachineState = 'created'
  #failure: unknown

  constructor(name: string) {
    this.#name = name
  }

  get state(): StateMachineState {
    return this.#state
  }

  to(state: 'running' | 'stopped' | 'closed'): void {
    this.#state = state
  }

  /** Nothing but opening anew sets this right. Of several failures the first is told. */
  fail(cause: unknown): void {
    if (this.#state === 'closed' || this.#state === 'failed') return
    this.#state = 'failed'
    this.#failure = cause
  }

  /** Throws unless it is open, serving or not. */
  assertOpen(operation: string): void {
    this.#assertAlive(operation)
    if (this.#state === 'created') throw new NotServingError(this.#name, operation, 'not open')
  }

  /** Throws unless it serves. */
  assertServing(operation: string): void {
    this.assertOpen(operation)
    if (this.#state === 'stopped') throw new NotServingError(this.#name, operation, 'stopped')
  }

  /** Why calls are refused from here on. */
  refusal(operation: string): Error {
    return this.#state === 'failed'
      ? new PoisonedError(this.#name, operation, this.#failure)
      : new LogClosedError(this.#name, operation)
  }

  #assertAlive(operation: string): void {
    if (this.#state === 'closed' || this.#state === 'failed') throw this.refusal(operation)
  }
}
