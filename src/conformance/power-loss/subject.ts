/** What the power is taken from: a log, or anything else that says what it may come back as. */
import type { Finding } from '../finding.ts'
import type { IssuedCall } from '../kill/child-process.ts'
import type { FailureStory } from '../report/story.ts'
import type { Checked } from './check/checker-pool.ts'

/** What a workload said of its calls. Which calls those are is known to its subject alone. */
export type Issued = readonly IssuedCall<unknown>[]

/** One workload of a run. */
export interface WorkloadPlan {
  /** From 1. */
  readonly number: number
  readonly seed: number
  /** It ends when so many calls are acked. */
  readonly operations: number
  /** The directory that counts. */
  readonly directory: string
  /** A directory of which nothing is recorded. It is not there yet. */
  readonly aside: string
}

/** A history that failed. */
export interface EndedHistory {
  readonly issued: Issued
  /** Fits after "it was". */
  readonly crash: string
  /** `undefined`: it could not be read. */
  readonly recovered: unknown
  readonly findings: readonly Finding[]
}

export type SubjectKind = 'log' | 'raft' | 'state-machine'

/** The suite that takes the power from it, as the command line calls it. */
export function suiteOf({ kind }: Pick<Subject, 'kind'>): 'power-loss' | 'state-power-loss' {
  return kind === 'state-machine' ? 'state-power-loss' : 'power-loss'
}

export interface Subject {
  readonly kind: SubjectKind
  /** The adapter's. */
  readonly name: string
  /** Names of files whose content never matters after a power loss. */
  readonly volatileFiles: readonly string[]
  /** Writes a history, and says what it does as the child of the kill suite. */
  readonly workload: URL
  /** Opens the images. Answers {@link CheckAnswer}s. */
  readonly checker: URL
  /** Opens what a power loss left, says so, and goes on to write, to lose the power once more. */
  readonly recovering: URL
  ordersOf(plan: WorkloadPlan): object
  /** `position` is what {@link Subject.positionOf} gave. */
  recoveringOrdersOf(plan: Pick<WorkloadPlan, 'seed' | 'directory'>, position: number): object
  /** Everything that is wrong with what came back, after these calls on nothing. */
  judge(issued: Issued, checked: Checked<unknown>): readonly Finding[]
  /** After which of the calls it is as it came back; `undefined`: that cannot be said. */
  positionOf(issued: Issued, checked: Checked<unknown>): number | undefined
  /** The calls, as they count when it was read at `position` after a power loss: nothing of that may be lost any more. */
  recovered(issued: Issued, position: number): Issued
  /** Whether such a call is durable when it is acked. */
  isCommit(operation: unknown): boolean
  /** The last calls, one a line. */
  describeHistory(issued: Issued): string[]
  /** The calls and their end as data. */
  storyOf(ended: EndedHistory): FailureStory
  /** What came back, one part a line. */
  describe(recovered: unknown): string[]
}
