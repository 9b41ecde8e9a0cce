/** What became of one suite. */
import type { FaultReport } from '../fault/index.ts'
import type { KillReport } from '../kill/index.ts'
import type { RaftKillReport } from '../kill-raft/index.ts'
import type { ModelReport } from '../model-suite/model-report.ts'
import type { PowerLossReport } from '../power-loss/index.ts'
import type { RotReport } from '../rot/index.ts'
import type { StateKillReport } from '../state-machine/kill/index.ts'
import type { SweepReport } from '../sweep/sweep-report.ts'
import type { CaseResult, Level } from './case-result.ts'

export const suiteNames = [
  'contract',
  'model',
  'state-machine',
  'sweep',
  'kill',
  'raft-kill',
  'power-loss',
  'fault',
  'rot',
  'state-kill',
  'state-power-loss',
] as const

export type SuiteName = (typeof suiteNames)[number]

/** The level of the cases of a suite that do not say their own. */
export const levelOfSuite: Readonly<Record<SuiteName, Level>> = {
  contract: 'api',
  model: 'api',
  'state-machine': 'api',
  sweep: 'fault',
  kill: 'kill',
  'raft-kill': 'kill',
  'power-loss': 'power',
  fault: 'fault',
  rot: 'fault',
  'state-kill': 'kill',
  'state-power-loss': 'power',
}

export interface SuiteResult {
  readonly name: SuiteName
  readonly cases: readonly CaseResult[]
  readonly durationMs: number
  /** Of the model suite, unless it was skipped. */
  readonly model?: ModelReport
  /** Of the sweep, unless it was skipped. */
  readonly sweep?: SweepReport
  /** Of the kill suite, unless it was skipped. */
  readonly kill?: KillReport
  /** Of the Raft kill suite, unless it was skipped. */
  readonly raftKill?: RaftKillReport
  /** Of the state machines' kill suite, unless it was skipped. */
  readonly stateKill?: StateKillReport
  /** Of the power-loss suites, unless they were skipped. */
  readonly powerLoss?: PowerLossReport
  /** Of the fault suite, unless it was skipped. */
  readonly fault?: FaultReport
  /** Of the rot suite, unless it was skipped. */
  readonly rot?: RotReport
}

/** A suite that says nothing about this storage, which does not promise what it is about. */
export function skippedSuite(name: SuiteName, reason: string, missing?: readonly string[]): SuiteResult {
  return wholeSuite(name, { outcome: 'skipped', reason, ...(missing !== undefined && { missing }) })
}

/** A suite that cannot be run on this host: nothing is known of what it would have found. */
export function inconclusiveSuite(name: SuiteName, reason: string): SuiteResult {
  return wholeSuite(name, { outcome: 'inconclusive', reason })
}

type WhyNot = Pick<CaseResult, 'outcome' | 'reason' | 'missing'>

function wholeSuite(name: SuiteName, whyNot: WhyNot): SuiteResult {
  const one = { id: `${name.toUpperCase()}-ALL`, name: `the ${name} suite`, durationMs: 0, ...whyNot }
  return { name, cases: [one], durationMs: 0 }
}
