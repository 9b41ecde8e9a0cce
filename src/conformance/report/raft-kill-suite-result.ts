import type { RaftKillFailure, RaftKillReport } from '../kill-raft/index.ts'
import type { CaseResult } from './case-result.ts'
import { encodeToken } from './replay-token.ts'
import type { SuiteResult } from './suite-result.ts'
import { suiteVersion } from './suite-version.ts'

/** The Raft kill suite as a suite of cases: every kill is one. */
export function raftKillSuiteResult(report: RaftKillReport): SuiteResult {
  const { kills, killsPlanned, failure, durationMs } = report
  const meanMs = durationMs / Math.max(kills, 1)
  const cases = Array.from({ length: killsPlanned }, (_, at): CaseResult => {
    const one = { id: `RAFT-KILL-${at + 1}`, name: 'Raft storage, killed', durationMs: meanMs } as const
    if (failure?.number === at + 1) {
      const name = `Raft storage, killed ${failure.moment}`
      return { ...one, name, outcome: 'failed', reason: describe(failure), ...again(report, failure) }
    }
    if (at < kills) return { ...one, outcome: 'passed' }
    return {
      ...one,
      outcome: 'skipped',
      reason: 'storage in an unknown state is not killed again',
      durationMs: 0,
    }
  })
  return { name: 'raft-kill', cases, durationMs, raftKill: report }
}

function again({ adapter, seed }: RaftKillReport, { number, replay }: RaftKillFailure) {
  const caseId = `RAFT-KILL-${number}`
  const path = String(number)
  return { replay, token: encodeToken({ suiteVersion, adapter, suite: 'raft-kill', caseId, seed, path }) }
}

function describe({ findings, history, recovered, directory, replay }: RaftKillFailure): string {
  return [
    ...findings.map(({ rule, text }) => `${rule}: ${text}`),
    'The last operations:',
    ...history,
    `Came back: ${recovered === '' ? 'nothing that could be read' : recovered}`,
    `The storage is kept in ${directory}`,
    `Again: ${replay}`,
  ].join('\n')
}
