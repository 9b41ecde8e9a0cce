/** Storage of one kind, as a trial asks it and judges it: by a model of its own. */
import type { Finding } from '../finding.ts'
import type { IssuedCall } from '../kill/child-process.ts'
import type { FullCapabilities } from '../kit/capabilities.ts'
import type { Awaitable } from '../kit/index.ts'
import type { Outcome } from '../oracle.ts'
import type { CrashStep } from './themes.ts'

/** A call, by the name of its kind. `flush` and `reopen` mean the same everywhere. */
export interface NamedStep {
  readonly kind: string
}

export interface ReopenStep {
  readonly kind: 'reopen'
}

/** `C`: its calls. `M`: its model, a value that nothing changes. */
export interface TrialSubject<C extends NamedStep, M> {
  readonly capabilities: FullCapabilities | undefined
  readonly blank: M
  /** Whether the step may be done there. */
  isPromised(step: C | ReopenStep | CrashStep, model: M): boolean
  /** The call as it is made where the storage is as `model` says: a crash may have left less than there was. Default: as it is. */
  fitted?(call: C | ReopenStep, model: M): C | ReopenStep
  /** What the model says of the call. */
  apply(model: M, operation: C | ReopenStep): Applied<M>
  /** Judges how a call ended. `at`: its position, from 0. Default: it is what the model says, and all else is wrong. */
  ended?(at: number, call: C | ReopenStep, ended: EndedCall<M>): JudgedCall
  /** The model of what is durable in any case. */
  crashed(model: M): M
  labelsIn(operation: C | ReopenStep): readonly string[]
  /** Every label that the model has. */
  labelsOf(model: M): ReadonlySet<string>
  /** @throws whatever the storage throws */
  open(directory: string): Awaitable<OpenSubject<C, M>>
  /** Opens what was left in `directory` twice, reads it and closes it. @throws whatever the storage throws */
  read(directory: string): Awaitable<Remains<C, M>>
}

export interface Applied<M> {
  readonly model: M
  readonly outcome: Outcome
  /** Whether all before it, and it, is durable when it has returned. */
  readonly isDurable: boolean
}

export interface EndedCall<M> {
  readonly applied: Applied<M>
  readonly outcome: Outcome
}

export interface JudgedCall {
  readonly findings: readonly Finding[]
  readonly isDurable: boolean
}

/** Open storage. Every method throws whatever the storage throws. */
export interface OpenSubject<C, M> {
  /** Returns what the call returned, with values as labels. */
  perform(operation: C): Awaitable<number | readonly string[] | undefined>
  /** Asks it from every side, and compares what it answers with what the model says. */
  look(model: M, after: LookedAfter<C>): Awaitable<Looked>
  /** What contradicts the storage's own account of itself, in words. */
  audit(): Awaitable<readonly string[]>
  close(): Awaitable<void>
  /** As a kill would. */
  abandon(): Awaitable<void>
}

export interface LookedAfter<C> {
  /** The beginning of a sentence. */
  readonly when: string
  readonly operation: C | ReopenStep
  /** Labels of all that was accepted before. */
  readonly accepted: ReadonlySet<string>
}

/** What was seen, and what of it is wrong: the first thing only, for the others follow from it. */
export interface Looked {
  readonly shown: Shown
  readonly finding: Finding | undefined
}

/** What a storage holds. */
export interface Shown {
  /** In words, one part a line. */
  readonly lines: readonly string[]
  readonly labels: ReadonlySet<string>
}

/** What a crash has left. */
export interface Remains<C, M> {
  readonly shown: Shown
  /** Of storage that was as `start` says, all of it durable, when the first of `issued` was called. */
  judge(start: M, issued: readonly IssuedCall<C | ReopenStep>[]): JudgedRemains<M>
}

export interface JudgedRemains<M> {
  /** Empty: it is legal. */
  readonly findings: readonly Finding[]
  /** What it is now. `undefined` when it is nothing that the model knows. */
  readonly survivor: M | undefined
}
