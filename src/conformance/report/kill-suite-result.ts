import { describeFailure, type KillFailure, type KillReport } from '../kill/index.ts'
import type { CaseResult } from './case-result.ts'
import { encodeToken } from './replay-token.ts'
import type { SuiteResult } from './suite-result.ts'
import { suiteVersion } from './suite-version.ts'

/** The kill suite as a suite of cases: every kill is one. Those that a failure kept from happening are skipped by name. */
export function killSuiteResult(report: KillReport): SuiteResult {
  const judged = report.verdicts.map(({ lane, number, moment, durationMs, isLegal }): CaseResult => {
    const failure = report.failures.find((one) => one.lane === lane && one.number === number)
    return {
      id: `KILL-${lane.toUpperCase()}-${number}`,
      name: `the ${lane} log, killed ${moment}`,
      outcome: isLegal ? 'passed' : 'failed',
      ...(failure !== undefined && {
        reason: describeFailure(failure).join('\n'),
        ...again(report, failure),
      }),
      durationMs,
    }
  })
  return {
    name: 'kill',
    cases: [...judged, ...notHappened(report)],
    durationMs: report.durationMs,
    kill: report,
  }
}

/** What the clock decided has no token: it would not be the same again. */
function again({ adapter, seed }: KillReport, { lane, number, replay, isReplayable }: KillFailure) {
  if (!isReplayable) return { replay }
  const caseId = `KILL-${lane.toUpperCase()}-${number}`
  return {
    replay,
    token: encodeToken({ suiteVersion, adapter, suite: 'kill', caseId, seed, path: String(number) }),
  }
}

function notHappened({ killsPlanned, verdicts }: KillReport): CaseResult[] {
  const count = killsPlanned - verdicts.length
  if (count === 0) return []
  const reason = `A kill before ${count === 1 ? 'it' : 'them'} failed, and a log in an unknown state is not killed again`
  const name = count === 1 ? '1 kill' : `${count} kills`
  return Array.from({ length: count }, (_, at) => ({
    id: `KILL-REST-${at + 1}`,
    name: `one of the ${name} that did not happen`,
    outcome: 'skipped',
    reason,
    durationMs: 0,
  }))
}
