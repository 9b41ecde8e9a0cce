/** All that the suite needs to know of one kind of storage: its histories, how they are tried, made less and told. */
import type { Awaitable } from '../kit/index.ts'
import type { CaseResult } from '../report/case-result.ts'
import type { KeptStep } from './scenario.ts'
import type { NamedStep } from './subject.ts'
import type { WhichHistory } from './themes.ts'
import type { ModelTrial } from './trial.ts'

export interface ModelEngine<S extends NamedStep> {
  /** The same one for the same seed. Nothing is in it that is not promised. */
  createHistory(which: WhichHistory): readonly S[]
  /** On new storage, in a directory in `home` that is removed. Default: in the system's temporary one. */
  run(steps: readonly S[], home: string | undefined): Promise<ModelTrial<S>>
  /** The steps that are left. `undefined`: the history has no such step. */
  pick(history: readonly S[], kept: readonly KeptStep[]): readonly S[] | undefined
  /** How many parts the step has that it can do without. */
  partsOf(step: S): number
  withSmallValues(step: S): S
  /** Whether right storage keeps such a history: steps that were left out may have been those that made the others legal. */
  isSound(steps: readonly S[], home: string | undefined): Awaitable<boolean>
  /** Of a history that was tried. */
  tellerOf(steps: readonly S[]): StepTeller<S>
  /** The version of the suites that brought these histories. Default: the first one. */
  readonly since?: string | undefined
  /** What no history has, because the storage does not promise it: cases that are skipped by name. Default: none is named. */
  readonly leftOut?: readonly CaseResult[] | undefined
}

/** How the steps of one history are told. */
export interface StepTeller<S> {
  /** As a call, in one line. */
  describe(step: S): string
  /** Whether it only reads. */
  isRead(step: S): boolean
  /** What the step would store, in the words of {@link ModelTrial.expected}. */
  labelsIn(step: S): readonly string[]
}
