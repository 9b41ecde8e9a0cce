import { describePowerLoss, type PowerLossReport, type PowerLossWorkload } from '../power-loss/index.ts'
import type { CaseResult } from './case-result.ts'
import type { SuiteResult } from './suite-result.ts'

/** The power-loss suite as a suite of cases: every workload is one. What cannot be judged makes the run inconclusive. */
export function powerLossSuiteResult(report: PowerLossReport): SuiteResult {
  return {
    name: 'power-loss',
    cases: report.workloads.map((workload) => caseOf(report, workload)),
    durationMs: report.durationMs,
    powerLoss: report,
  }
}

function caseOf({ failures, model }: PowerLossReport, workload: PowerLossWorkload): CaseResult {
  const { number, moments, images, durationMs, cannotJudge } = workload
  const common = {
    id: `POWER-LOSS-${number}`,
    name: `workload ${number}, power lost at ${moments} moments, ${images} new images of a disk that is ${model}`,
    durationMs,
  }
  const failure = failures.find((one) => one.workload === number)
  if (failure !== undefined)
    return { ...common, outcome: 'failed', reason: describePowerLoss(failure).join('\n') }
  if (cannotJudge !== undefined)
    return {
      ...common,
      outcome: 'inconclusive',
      reason: `cannot judge a store that does this: ${cannotJudge}`,
    }
  return { ...common, outcome: 'passed' }
}
