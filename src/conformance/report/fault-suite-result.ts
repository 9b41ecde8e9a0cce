import { describeFaultFailure, type FaultReport, type FaultVerdict } from '../fault/index.ts'
import type { CaseResult } from './case-result.ts'
import { tokenOf } from './case-token.ts'
import type { SuiteResult } from './suite-result.ts'

/**
 * The fault suite as a suite of cases: every fault is one. What could not be injected is skipped by name. `adapterArgument` is what
 * was typed to name the adapter.
 */
export function faultSuiteResult(report: FaultReport, adapterArgument?: string): SuiteResult {
  const skipped = report.skipped.map((reason, at): CaseResult => {
    return {
      id: `FAULT-SKIPPED-${at + 1}`,
      name: 'a kind of fault',
      outcome: 'skipped',
      reason,
      durationMs: 0,
    }
  })
  const cases = [...report.verdicts.map((verdict) => caseOf(report, verdict, adapterArgument)), ...skipped]
  return { name: 'fault', cases, durationMs: report.durationMs, fault: report }
}

function caseOf(
  { adapter, seed, failures }: FaultReport,
  { number, fault, outcome, durationMs }: FaultVerdict,
  adapterArgument: string | undefined,
): CaseResult {
  const id = `FAULT-${number}`
  const common = { id, name: `${fault}: ${outcome}`, durationMs }
  const failure = failures.find((one) => one.number === number)
  if (failure !== undefined)
    return {
      ...common,
      outcome: 'failed',
      reason: describeFaultFailure(failure).join('\n'),
      story: failure.story,
      ...tokenOf({ adapter, suite: 'fault', caseId: id, seed, path: failure.path }, adapterArgument),
    }
  if (outcome === 'missed')
    return { ...common, outcome: 'skipped', reason: 'the call did not come again where it came before' }
  return { ...common, outcome: 'passed' }
}
