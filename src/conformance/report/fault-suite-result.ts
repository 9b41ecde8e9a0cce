import { describeFaultFailure, type FaultReport, type FaultVerdict } from '../fault/index.ts'
import type { CaseResult } from './case-result.ts'
import type { SuiteResult } from './suite-result.ts'

/** The fault suite as a suite of cases: every fault is one. What could not be injected is skipped by name. */
export function faultSuiteResult(report: FaultReport): SuiteResult {
  const skipped = report.skipped.map((reason, at): CaseResult => {
    return {
      id: `FAULT-SKIPPED-${at + 1}`,
      name: 'a kind of fault',
      outcome: 'skipped',
      reason,
      durationMs: 0,
    }
  })
  const cases = [...report.verdicts.map((verdict) => caseOf(report, verdict)), ...skipped]
  return { name: 'fault', cases, durationMs: report.durationMs, fault: report }
}

function caseOf({ failures }: FaultReport, { number, fault, outcome, durationMs }: FaultVerdict): CaseResult {
  const common = { id: `FAULT-${number}`, name: `${fault}: ${outcome}`, durationMs }
  const failure = failures.find((one) => one.number === number)
  if (failure !== undefined)
    return {
      ...common,
      outcome: 'failed',
      reason: describeFaultFailure(failure).join('\n'),
      ...{ story: failure.story, replay: failure.replay },
    }
  if (outcome === 'missed')
    return { ...common, outcome: 'skipped', reason: 'the call did not come again where it came before' }
  return { ...common, outcome: 'passed' }
}
