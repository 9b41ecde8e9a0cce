/** One rule of the state machines' contract, and what shows that one keeps it. */
import type { FailpointRegistry } from '../../../failpoints/index.ts'
import type { ApplyEvent, StoreObserver } from '../../observer.ts'
import type { StateMachine, StateMachineOptions } from '../../state-machine/index.ts'
import type { StateMachineAdapter } from './adapter.ts'

/** What a case works with. Everything created through it is ended, and its directories removed, when the case is over. */
export interface StateCaseContext {
  readonly adapter: StateMachineAdapter
  /** A registry of this case's own. */
  readonly failpoints: FailpointRegistry
  /** Of the case's own state machine. */
  readonly directory: string
  /** What was told of chunks that were applied, oldest first. */
  readonly applies: readonly ApplyEvent[]
  readonly observer: StoreObserver
  /** Another directory, empty. */
  newDirectory(): string
  /** A state machine, not opened. Default: in the case's own directory. */
  create(options?: StateMachineOptions, directory?: string): StateMachine
  /** A state machine that serves. */
  start(options?: StateMachineOptions, directory?: string): Promise<StateMachine>
  /** Closes `machine` and starts another in the same place, with the same options. */
  reopen(machine: StateMachine): Promise<StateMachine>
  /** As a killed process would: what was not durable may be gone. */
  crash(machine: StateMachine): Promise<StateMachine>
}

/** Thrown by a case that finds out only when it runs that it needs what this state machine has not: it is skipped by name. */
export class StateCaseSkippedError extends Error {
  override readonly name = 'StateCaseSkippedError'
  /** What it needs, as reports call it. */
  readonly missing: string

  constructor(missing: string, message: string) {
    super(message)
    this.missing = missing
  }
}

export interface StateCase {
  /** Forever: `SM-CAS-001`. */
  readonly id: string
  /** The rule, in one sentence. */
  readonly rule: string
  /** The version of the suites that brought it. Default: the first one, 1.0.0. */
  readonly since?: string
  /** Numbers of the design's contract tests (`12`) and crash tests (`C12`) that it answers. */
  readonly design: readonly (number | string)[]
  /** Whether it is of no use for this adapter. Default: it is. */
  readonly appliesTo?: (adapter: StateMachineAdapter) => boolean
  /** Throws when the state machine breaks the rule. */
  run(context: StateCaseContext): Promise<void>
}
