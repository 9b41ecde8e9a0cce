/** What a run of the power-loss suite found. Plain values, fit for JSON. */

import type { Finding } from '../finding.ts'
import type { FailureStory } from '../report/story.ts'
import type { DiskModelName } from './disk/model.ts'

export interface PowerLossReport {
  /** The adapter's name. */
  readonly adapter: string
  /** Gives the same workloads and images again. */
  readonly seed: number
  readonly model: DiskModelName
  /** Different images that were asked for. */
  readonly imagesPlanned: number
  /** Different images that were opened. */
  readonly images: number
  /** Image and moment: one image may be legal at a moment, and lose an acked write at a later one. */
  readonly judged: number
  /** Kinds of recoveries that were seen, by the files that they change, and how many of them lost the power as well. */
  readonly recoveryKinds: number
  readonly recoveryKindsInterrupted: number
  readonly workloads: readonly PowerLossWorkload[]
  /** Calls that were issued, by all workloads. */
  readonly operations: number
  /** Of which so many were acked as durable. */
  readonly ackedCommits: number
  /** Failures in which something that was acked was lost or out of order. */
  readonly lost: number
  /** At most one: the run ends with it. */
  readonly failures: readonly PowerLossFailure[]
  readonly durationMs: number
}

/** One recording. */
export interface PowerLossWorkload {
  /** From 1. */
  readonly number: number
  /** Moments between two system calls at which the power was lost. */
  readonly moments: number
  /** Different images that no earlier workload had. */
  readonly images: number
  readonly durationMs: number
  /** What it did that is not modelled. From there on nothing is said of it. */
  readonly cannotJudge: string | undefined
  /** Recoveries from which the power was taken once more, and moments at which it was. */
  readonly secondCrashes: number
  readonly secondMoments: number
  /** Kills after which the store was opened again and the power lost then, and moments at which it was. */
  readonly reopenings: number
  readonly reopenedMoments: number
  readonly isLegal: boolean
}

/** Everything that is needed to understand one failure, and to see it again. */
export interface PowerLossFailure {
  readonly workload: number
  /** The power went a second time, while the store recovered. */
  readonly isOfRecovery?: boolean | undefined
  /** The process was killed, the store was opened again and read, and then the power went. */
  readonly isAfterReopening?: boolean | undefined
  readonly model: DiskModelName
  readonly findings: readonly Finding[]
  /** The last operations before the power was lost, one a line, oldest first. */
  readonly history: readonly string[]
  /** The same as data, with how each call ended and what came of it. */
  readonly story: FailureStory
  /** What was not yet synced, and survived, in the order of the calls. */
  readonly survived: readonly string[]
  /** What was not yet synced, and was lost: none of it can be given back without the failure going away. */
  readonly lost: readonly string[]
  /** What came back, one part a line. Empty when it could not be read. */
  readonly recovered: readonly string[]
  /** The file that holds all that was recorded, and the image. */
  readonly recording: string
  /** A command that rebuilds the image from the file, and opens it again. */
  readonly replay: string
}

/** What a running suite tells. */
export interface PowerLossProgress {
  readonly imagesPlanned: number
  readonly images: number
  readonly workloads: number
  readonly ackedCommits: number
  readonly failures: number
}
