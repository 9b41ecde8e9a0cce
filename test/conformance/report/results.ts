/** Small results, for tests of reports. */
import type {
  CaseResult,
  ConformReport,
  ReportInput,
  SuiteResult,
} from '../../../src/conformance/report/index.ts'
import { createReport } from '../../../src/conformance/report/index.ts'

export function result(
  id: string,
  outcome: CaseResult['outcome'],
  more: Partial<CaseResult> = {},
): CaseResult {
  return { id, name: `the rule of ${id}`, outcome, durationMs: 1.5, ...more }
}

export function contract(...cases: readonly CaseResult[]): SuiteResult {
  return { name: 'contract', cases, durationMs: 12 }
}

export const host = { node: '20.19.0', platform: 'linux', arch: 'x64', release: '6.1', cores: 2 } as const

export function report(suites: readonly SuiteResult[], more: Partial<ReportInput> = {}): ConformReport {
  return createReport({ adapter: { name: 'a store' }, suites, host, seed: 7, ...more })
}
