/** What a conformance run found. Plain values, fit for JSON. Times are milliseconds. */
import type { FaultReport } from '../fault/index.ts'
import type { KillReport } from '../kill/index.ts'
import type { RaftKillReport } from '../kill-raft/index.ts'
import type { PowerLossReport } from '../power-loss/index.ts'

export type CaseOutcome = 'passed' | 'failed' | 'skipped'

export interface CaseResult {
  /** Forever: `LOG-APPEND-001`. */
  readonly id: string
  /** What was tried, in one line. */
  readonly name: string
  readonly outcome: CaseOutcome
  /** Why it failed or was skipped, in one line or several. */
  readonly reason?: string
  readonly durationMs: number
}

export const suiteNames = ['contract', 'kill', 'raft-kill', 'power-loss', 'fault'] as const

export type SuiteName = (typeof suiteNames)[number]

export interface SuiteResult {
  readonly name: SuiteName
  readonly cases: readonly CaseResult[]
  readonly durationMs: number
  /** Of the kill suite, unless it was skipped. */
  readonly kill?: KillReport
  /** Of the Raft kill suite, unless it was skipped. */
  readonly raftKill?: RaftKillReport
  /** Of the power-loss suite, unless it was skipped. */
  readonly powerLoss?: PowerLossReport
  /** Of the fault suite, unless it was skipped. */
  readonly fault?: FaultReport
}

export type Totals = Readonly<Record<CaseOutcome, number>>

export interface ConformReport {
  /** The adapter's name. */
  readonly adapter: string
  readonly suites: readonly SuiteResult[]
  readonly totals: Totals
}

export function createReport(adapter: string, suites: readonly SuiteResult[]): ConformReport {
  return { adapter, suites, totals: totalsOf(suites.flatMap(({ cases }) => cases)) }
}

export function totalsOf(cases: readonly CaseResult[]): Totals {
  const count = (outcome: CaseOutcome): number => cases.filter((one) => one.outcome === outcome).length
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') }
}

/** A suite of which nothing could be run. */
export function skippedSuite(name: SuiteName, reason: string): SuiteResult {
  const one = {
    id: `${name.toUpperCase()}-ALL`,
    name: `the ${name} suite`,
    outcome: 'skipped',
    reason,
  } as const
  return { name, cases: [{ ...one, durationMs: 0 }], durationMs: 0 }
}
