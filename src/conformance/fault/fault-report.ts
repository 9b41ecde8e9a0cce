/** What a run of the fault suite found. Plain values, fit for JSON. */
import type { Finding } from '../finding.ts'
import type { FailureStory } from '../report/story.ts'
import type { FaultEnding } from './fault-history.ts'
import type { FaultKind } from './plan.ts'

/** How the store took a fault. `ended`: its process did. `missed`: the call to fail never came again. */
export type FaultOutcome = FaultEnding | 'ended' | 'missed'

export interface FaultReport {
  /** The adapter's name. */
  readonly adapter: string
  /** Gives the same workload and faults again. */
  readonly seed: number
  /** Calls of the workload that can fail. */
  readonly calls: number
  /** Faults that these calls give. */
  readonly faultsPossible: number
  /** Faults that were asked for. */
  readonly faultsPlanned: number
  /** Faults that were injected. */
  readonly faults: number
  readonly faultsByKind: Readonly<Record<FaultKind, number>>
  readonly outcomes: Readonly<Record<FaultOutcome, number>>
  /** Different directories that were opened and judged. */
  readonly images: number
  /** Calls that were issued, by all runs. */
  readonly operations: number
  readonly ackedCommits: number
  /** Failures in which something that was acked was lost or out of order. */
  readonly lost: number
  readonly verdicts: readonly FaultVerdict[]
  readonly failures: readonly FaultFailure[]
  readonly durationMs: number
  /** Why a kind of fault was not injected on this machine. */
  readonly skipped: readonly string[]
}

export interface FaultVerdict {
  readonly number: number
  /** The fault, in words. */
  readonly fault: string
  readonly outcome: FaultOutcome
  readonly isLegal: boolean
  readonly durationMs: number
}

export interface FaultFailure {
  readonly number: number
  readonly fault: string
  readonly findings: readonly Finding[]
  /** What was judged, in words. */
  readonly judged: string
  /** The last operations, one a line. */
  readonly history: readonly string[]
  /** The same as data, with how each call ended and what came of it. */
  readonly story: FailureStory
  /** What came back, one part a line. */
  readonly recovered: readonly string[]
  /** The workload and the fault, as the point of a token. */
  readonly path: string
  /** The command that injects this fault alone. */
  readonly replay: string
}

export interface FaultProgress {
  readonly faultsPlanned: number
  readonly faults: number
  readonly failures: number
  readonly outcomes: Readonly<Record<FaultOutcome, number>>
}

/** The whole failure, one line an item. */
export function describeFaultFailure(failure: FaultFailure): string[] {
  const { number, fault, findings, judged, history, recovered, replay } = failure
  return [
    `Fault ${number}: ${fault}`,
    ...findings.map(({ rule, text }) => `  ${rule}: ${text}`),
    `  judged: ${judged}`,
    '  the last operations:',
    ...history.map((line) => `    ${line}`),
    `  what came back:${recovered.length === 0 ? ' nothing that could be read' : ''}`,
    ...recovered.map((line) => `    ${line}`),
    '  replay, this fault alone:',
    `    ${replay}`,
  ]
}
