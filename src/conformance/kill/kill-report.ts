/** What a run of the kill suite found. Plain values, fit for JSON. */
import type { Finding } from '../finding.ts'
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
  /** A command that makes the same histories again. */
  readonly replay: string
  /** Whether that also dies at the same moment. */
  readonly isReplayable: boolean
}

/** What a running suite tells. */
export interface KillProgress {
  readonly killsPlanned: number
  readonly kills: number
  readonly operations: number
  readonly ackedCommits: number
  readonly failures: number
}
