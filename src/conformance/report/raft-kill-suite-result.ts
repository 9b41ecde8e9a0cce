import type { RaftKillReport } from '../kill-raft/index.ts'
import type { CaseResult } from './case-result.ts'
import { nodeKillCases } from './node-kills.ts'
import type { SuiteResult } from './suite-result.ts'

/** The Raft kill suite as a suite of cases: every kill is one. `adapterArgument` is what was typed to name the adapter. */
export function raftKillSuiteResult(report: RaftKillReport, adapterArgument?: string): SuiteResult {
  const cases = nodeKillCases({
    ...report,
    ...{ suite: 'raft-kill', adapterArgument, what: 'Raft storage' },
    // Adapters of kind raft came later than the suite.
    since: report.leftOut === undefined ? undefined : '1.2.0',
  })
  return {
    name: 'raft-kill',
    cases: [...cases, ...leftOutOf(report)],
    durationMs: report.durationMs,
    raftKill: report,
  }
}

/** What is not promised is named. */
function leftOutOf({ adapter, leftOut }: RaftKillReport): CaseResult[] {
  return (leftOut ?? []).map(({ calls, missing }) => ({
    id: `RAFT-KILL-WITHOUT-${missing.toUpperCase()}`,
    name: `Raft storage, killed with ${calls} in its history`,
    outcome: 'skipped',
    reason: `${adapter} does not promise ${missing}: no history has ${calls}`,
    missing: [missing],
    since: '1.2.0',
    durationMs: 0,
  }))
}
