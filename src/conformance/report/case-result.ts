/** What became of one case. Plain values, fit for JSON. Times are milliseconds. */
import type { FailureStory } from './story.ts'

export const caseOutcomes = [
  'passed',
  'failed',
  /** It failed, as the expectation file says it does. */
  'expected-failure',
  /** It passed, and the expectation file says that it fails. */
  'unexpected-pass',
  /** The storage does not promise what the case is about. */
  'skipped',
  /** The case is newer than the suites that the run is pinned to. */
  'not-counted',
  /** It could not be tried on this host, or in the time there was. */
  'inconclusive',
] as const

export type CaseOutcome = (typeof caseOutcomes)[number]

/** What a case can find, weakest to strongest. */
export const levels = ['api', 'kill', 'fault', 'power'] as const

export type Level = (typeof levels)[number]

export interface CaseResult {
  /** Forever: `LOG-APPEND-001`. */
  readonly id: string
  /** The rule, or what was tried, in one line. */
  readonly name: string
  readonly outcome: CaseOutcome
  /** Why it failed or was skipped, in one line or several. */
  readonly reason?: string
  readonly durationMs: number
  /** Default: that of its suite. */
  readonly level?: Level
  /** A SHOULD that fails is shown, and breaks nothing unless a certificate is asked for. Default: `MUST`. */
  readonly requirement?: 'MUST' | 'SHOULD'
  /** The version of the suites that brought it. Default: the first one. */
  readonly since?: string
  /** Promises that the storage does not make, and without which the case says nothing. */
  readonly missing?: readonly string[]
  /** Makes exactly this case again: see `encodeToken`. */
  readonly token?: string
  /** A command that makes it again. */
  readonly replay?: string
  /** Of one that failed on a history. */
  readonly story?: FailureStory
}

export type Totals = Readonly<Record<CaseOutcome, number>>

export function totalsOf(cases: readonly CaseResult[]): Totals {
  const counts = caseOutcomes.map((outcome) => [
    outcome,
    cases.filter((one) => one.outcome === outcome).length,
  ])
  return Object.fromEntries(counts) as Totals
}

/** Whether the storage did something wrong that nobody expected. */
export function isBad({ outcome }: CaseResult): boolean {
  return outcome === 'failed' || outcome === 'unexpected-pass'
}
