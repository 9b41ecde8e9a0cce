import { describePowerLoss, type PowerLossReport, type PowerLossWorkload } from '../power-loss/index.ts'
import type { CaseResult } from './case-result.ts'
import type { SuiteResult } from './suite-result.ts'

type Name = 'power-loss' | 'state-power-loss'

/** A power-loss suite as a suite of cases: every workload is one. What cannot be judged makes the run inconclusive. */
export function powerLossSuiteResult(report: PowerLossReport, name: Name = 'power-loss'): SuiteResult {
  const family = name.toUpperCase()
  return {
    name,
    cases: report.workloads.flatMap((workload) => [
      caseOf(report, workload, family),
      ...reopenedCase(report, workload, family),
    ]),
    durationMs: report.durationMs,
    powerLoss: report,
  }
}

function caseOf(
  { failures, model }: PowerLossReport,
  workload: PowerLossWorkload,
  family: string,
): CaseResult {
  const { number, moments, images, durationMs, cannotJudge } = workload
  const common = {
    id: `${family}-${number}`,
    name: `workload ${number}, power lost at ${moments} moments, ${images} new images of a disk that is ${model}`,
    durationMs,
  }
  const failure = failures.find((one) => one.workload === number && one.isAfterReopening !== true)
  if (failure !== undefined)
    return {
      ...common,
      outcome: 'failed',
      reason: describePowerLoss(failure).join('\n'),
      ...{ story: failure.story, replay: failure.replay },
    }
  if (cannotJudge !== undefined)
    return {
      ...common,
      outcome: 'inconclusive',
      reason: `cannot judge a store that does this: ${cannotJudge}`,
    }
  return { ...common, outcome: 'passed' }
}

/** What the next process showed after a kill has to outlive the power. */
function reopenedCase(
  { failures }: PowerLossReport,
  workload: PowerLossWorkload,
  family: string,
): CaseResult[] {
  const { number, reopenings, reopenedMoments } = workload
  if (reopenings === 0) return []
  const failure = failures.find((one) => one.workload === number && one.isAfterReopening === true)
  const common = {
    id: `${family}-REOPEN-${number}`,
    name: `workload ${number}, killed ${reopenings} times, opened again, power lost at ${reopenedMoments} moments after that`,
    since: '1.1.0',
    durationMs: 0,
  }
  if (failure === undefined) return [{ ...common, outcome: 'passed' }]
  const reason = describePowerLoss(failure).join('\n')
  return [{ ...common, outcome: 'failed', reason, story: failure.story, replay: failure.replay }]
}
