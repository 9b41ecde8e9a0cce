import {
  describeFailure,
  describeStory,
  endedOf,
  type KillFailure,
  type KillReport,
  type ReplayedScript,
  withNotes,
} from '../kill/index.ts'
import type { CaseResult } from './case-result.ts'
import { tokenOf } from './case-token.ts'
import type { SuiteResult } from './suite-result.ts'

/**
 * The kill suite as a suite of cases: every kill is one. Those that a failure kept from happening are skipped by name.
 * `adapterArgument` is what was typed to name the adapter, for the command that replays.
 */
export function killSuiteResult(report: KillReport, adapterArgument?: string): SuiteResult {
  const judged = report.verdicts.map(({ lane, number, moment, durationMs, isLegal }): CaseResult => {
    const failure = report.failures.find((one) => one.lane === lane && one.number === number)
    return {
      id: `KILL-${lane.toUpperCase()}-${number}`,
      name: `the ${lane} log, killed ${moment}`,
      outcome: isLegal ? 'passed' : 'failed',
      ...(failure !== undefined && told(report, failure, adapterArgument)),
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

function told({ adapter, seed }: KillReport, failure: KillFailure, adapterArgument: string | undefined) {
  const { lane, number, replay, isReplayable } = failure
  const { shrunk, story } = withNotes(failure)
  // What the clock decided has no token: it would not be the same again.
  const path = shrunk === undefined ? (isReplayable ? String(number) : undefined) : shrunk.path
  const caseId = `KILL-${lane.toUpperCase()}-${number}`
  const again =
    path === undefined ? { replay } : tokenOf({ adapter, suite: 'kill', caseId, seed, path }, adapterArgument)
  const typed = path === undefined ? undefined : again.replay
  return {
    name: `the ${lane} log, ${endedOf(story, failure.moment)}`,
    reason: describeFailure(failure, typed).join('\n'),
    ...{ story: shrunk?.story ?? story, ...again },
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

/** A replayed script as a suite of one case. `again` is what was replayed. */
export function scriptSuiteResult(
  name: 'kill' | 'raft-kill' | 'state-kill',
  trial: ReplayedScript,
  again: Pick<CaseResult, 'id' | 'token' | 'replay'>,
): SuiteResult {
  const { findings, story, moment, durationMs } = trial
  const failed = {
    outcome: 'failed',
    ...again,
    reason: describeStory(story, 'the operations:').join('\n'),
    story,
  } as const
  const one: CaseResult = {
    id: again.id,
    name: `the shortest history that failed, on new storage, ${endedOf(story, moment)}`,
    durationMs,
    ...(findings.length === 0 ? { outcome: 'passed' } : failed),
  }
  return { name, cases: [one], durationMs }
}
