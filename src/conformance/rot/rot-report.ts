/** What a run of the rot suite found. Plain values, fit for JSON. */
import type { FailureStory } from '../report/story.ts'

/**
 * - `intact`: everything was read and used as if nothing had happened.
 * - `refused`: a typed error, at opening, at reading, or at the first use.
 * - `audited`: what is read is right, and the audit tells of the damage.
 * - `wrong`: other data than was written, or data that was written is not there, and no error says so.
 * - `untyped`: an error that is none of Holdfast's.
 * - `ended`: the process died, or hung.
 */
export type RotOutcome = (typeof rotOutcomes)[number]

export const rotOutcomes = ['intact', 'refused', 'audited', 'wrong', 'untyped', 'ended'] as const

/** Those that a store may not have. */
export const badRotOutcomes: readonly RotOutcome[] = ['wrong', 'untyped', 'ended']

export interface RotReport {
  /** The adapter's name. */
  readonly adapter: string
  readonly seed: number
  /** Of all files that were damaged. */
  readonly bytes: number
  /** Damages that the files give. */
  readonly damagesPossible: number
  /** Damages that were asked for. */
  readonly damagesPlanned: number
  /** Damages that were done, each to a copy of its own. */
  readonly damages: number
  readonly outcomes: Readonly<Record<RotOutcome, number>>
  readonly areas: readonly RotArea[]
  /** The first ones. */
  readonly failures: readonly RotFailure[]
  readonly durationMs: number
}

/** A part of a file. */
export interface RotArea {
  /** `log/data.mdb, flips in its first 8192 bytes`. */
  readonly name: string
  readonly outcomes: Readonly<Record<RotOutcome, number>>
}

export interface RotFailure {
  readonly area: string
  readonly damage: string
  readonly outcome: RotOutcome
  /** What happened, in words. */
  readonly text: string
  /** The same as data: the file, the place in it, what the store did, and what broke. */
  readonly story: FailureStory
  /** The damage itself, as the point of a token. */
  readonly path: string
  /** The command that does this damage alone. */
  readonly replay: string
}

export interface RotProgress {
  readonly damagesPlanned: number
  readonly damages: number
  readonly outcomes: Readonly<Record<RotOutcome, number>>
}
