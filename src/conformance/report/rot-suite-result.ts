import { badRotOutcomes, type RotArea, type RotReport } from '../rot/index.ts'
import type { CaseResult } from './case-result.ts'
import type { SuiteResult } from './suite-result.ts'

/**
 * The rot suite as a suite of cases: each part of a file is one. `observed` is what the same store does when it checks less, for
 * the record.
 */
export function rotSuiteResult(report: RotReport, observed?: RotReport): SuiteResult {
  return {
    name: 'rot',
    cases: report.areas.map((area, at) => caseOf(report, area, at)),
    durationMs: report.durationMs + (observed?.durationMs ?? 0),
    rot: report,
    ...(observed && { rotObserved: observed }),
  }
}

function caseOf(
  { areas, failures, durationMs }: RotReport,
  { name, outcomes }: RotArea,
  at: number,
): CaseResult {
  const bad = badRotOutcomes.reduce((sum, outcome) => sum + outcomes[outcome], 0)
  const count = Object.values(outcomes).reduce((sum, one) => sum + one, 0)
  const common = {
    id: `ROT-${at + 1}`,
    name: `${name}, ${count} times`,
    durationMs: durationMs / areas.length,
  }
  if (bad === 0) return { ...common, outcome: 'passed' }
  const told = failures
    .filter(({ area }) => area === name)
    .flatMap(({ damage, outcome, text, replay }) => [`${outcome}: ${damage}: ${text}`, `  ${replay}`])
  return { ...common, outcome: 'failed', reason: [`${bad} of ${count} went wrong`, ...told].join('\n') }
}
