import type { StateKillReport } from '../state-machine/kill/index.ts'
import { nodeKillCases } from './node-kills.ts'
import type { SuiteResult } from './suite-result.ts'

/** How a person types the run again. */
export interface StateKillRun {
  /** As the run calls it. Its state machine may be of another module, and have a name of its own. */
  readonly adapterName: string
  /** What was typed to name it. */
  readonly adapterArgument?: string | undefined
}

/** The state machines' kill suite as a suite of cases: every kill is one. */
export function stateKillSuiteResult(
  report: StateKillReport,
  { adapterName, adapterArgument }: StateKillRun,
): SuiteResult {
  const cases = nodeKillCases({
    ...report,
    ...{
      suite: 'state-kill',
      adapter: adapterName,
      adapterArgument,
      what: 'a state machine',
      since: '1.1.0',
    },
    // Nothing is left to the clock.
    failure: report.failure && { ...report.failure, isReplayable: true, directory: report.directory },
  })
  return { name: 'state-kill', cases, durationMs: report.durationMs, stateKill: report }
}
