/** What a run of the kill suite found. Plain values, fit for JSON. */
import type { Finding } from '../finding.ts'
import type { FailureStory } from '../report/story.ts'
import type { KillKind, LaneName } from './schedule.ts'

export interface KillReport {
  /** The adapter's name. */
  readonly adapter: string
  /** Gives the same histories again. */
  readonly seed: number
  /** Asked for. */
  readonly killsPlanned: number
  /** Children that were killed. */
  readonly kills: number
  readonly killsByKind: Readonly<Record<KillKind, number>>
  /** Calls that were issued, by all children. */
  readonly operations: number
  /** Of which so many were acked as durable. */
  readonly ackedCommits: number
  /** Kills after which something that was acked was lost or out of order. */
  readonly lost: number
  /** At most one of each lane: a log whose state is unknown is not killed again. */
  readonly failures: readonly KillFailure[]
  /** Each kill that was judged, in no particular order of the two lanes. */
  readonly verdicts: readonly KillVerdict[]
  readonly durationMs: number
  /** Where the logs are: kept when something failed, else `undefined`. */
  readonly directory: string | undefined
}

export interface KillVerdict {
  readonly lane: LaneName
  /** From 1, in its lane. */
  readonly number: number
  /** In words that fit after "killed". */
  readonly moment: string
  readonly durationMs: number
  readonly isLegal: boolean
}

/** Everything that is needed to understand one failure, and to see it again. */
export interface KillFailure {
  readonly lane: LaneName
  readonly number: number
  readonly moment: string
  readonly findings: readonly Finding[]
  /** The last operations, one a line, oldest first. */
  readonly history: readonly string[]
  /** What came back, one part a line. Empty when it could not be read. */
  readonly recovered: readonly string[]
  readonly directory: string
  /** The same as data: the last operations, how each ended and what came of it, the crash, and what broke. */
  readonly story: FailureStory
  /** The shortest history that fails in the same way. `undefined`: none did. */
  readonly shrunk: ShrunkFailure | undefined
  /** Why nothing shorter was looked for, when there was more to try: its time was over. */
  readonly shrinkingStopped: string | undefined
  /** A command that makes the same histories again. */
  readonly replay: string
  /** Whether that also dies at the same moment. */
  readonly isReplayable: boolean
}

/** A history on new storage, shrunk until nothing can be left out of it. */
export interface ShrunkFailure {
  readonly story: FailureStory
  /** In words that fit after "killed". */
  readonly moment: string
  /** The history itself, as the point of a token. `undefined`: it is too long for one. */
  readonly path: string | undefined
  /** Of so many runs of just this history, */
  readonly runs: number
  /** so many failed: all of them, unless it is a race. */
  readonly failed: number
  /** Processes that were killed to find it. */
  readonly attempts: number
}

/** What a running suite tells. */
export interface KillProgress {
  readonly killsPlanned: number
  readonly kills: number
  readonly operations: number
  readonly ackedCommits: number
  readonly failures: number
}
