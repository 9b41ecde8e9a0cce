/** What the Raft kill suite is asked for, and what it says. */
import type { Finding } from '../finding.ts'
import type { ShrunkFailure } from '../kill/kill-report.ts'
import type { KillOptions } from '../kill/kill-suite.ts'
import type { LaneName } from '../kill/schedule.ts'
import type { FailureStory } from '../report/story.ts'
import type { RaftHistoryOperation } from './history.ts'
import type { CallsLeftOut } from './opened.ts'

/** The same seed makes the same run, but for what the clock decides. */
export interface RaftKillOptions extends KillOptions {
  /**
   * Which storage is killed: that whose moments the seed decides (`replayable`), or that of the clock's (`by-clock`), which only
   * storage of kind raft has. Default: both.
   */
  readonly lanes?: readonly LaneName[] | undefined
  /** Called after each kill. */
  readonly onProgress?: ((progress: RaftKillProgress) => void) | undefined
}

/** What a running suite tells. */
export interface RaftKillProgress {
  readonly killsPlanned: number
  readonly kills: number
  readonly operations: number
  readonly failures: number
}

/** Everything that is needed to understand a failure, and to see it again. */
export interface RaftKillFailure {
  /** From 1. */
  readonly number: number
  /** Whether the seed alone makes the same one again. */
  readonly isReplayable: boolean
  /** In words that fit after "killed". */
  readonly moment: string
  readonly findings: readonly Finding[]
  /** The last operations, one a line, oldest first. */
  readonly history: readonly string[]
  /** What came back; empty when it could not be read. */
  readonly recovered: string
  /** The same as data: the last calls, how each ended and what came of it, the crash, and what broke. */
  readonly story: FailureStory
  /** The shortest history that fails in the same way. `undefined`: none did. */
  readonly shrunk: ShrunkFailure | undefined
  /** Why nothing shorter was looked for, when there was more to try: its time was over. */
  readonly shrinkingStopped: string | undefined
  /** Where the storage is kept. */
  readonly directory: string
  /** A command that makes the same failure again. */
  readonly replay: string
}

/** Plain values, fit for JSON. */
export interface RaftKillReport {
  readonly adapter: string
  readonly seed: number
  readonly killsPlanned: number
  /** Children that were killed. */
  readonly kills: number
  /** Of which so many at their failpoint; the others after so many acks. */
  readonly killsAtFailpoints: number
  /** Calls that were issued, by all children; by kind of operation. */
  readonly operations: Readonly<Partial<Record<RaftHistoryOperation['kind'], number>>>
  /** What no history asked for, because it is not promised. `undefined`: it is Holdfast's own Raft storage, on the adapter's log. */
  readonly leftOut: readonly CallsLeftOut[] | undefined
  /** Storage in an unknown state is not killed again. */
  readonly failure: RaftKillFailure | undefined
  readonly durationMs: number
  /** Where the storage is: kept when something failed, else `undefined`. */
  readonly directory: string | undefined
}
