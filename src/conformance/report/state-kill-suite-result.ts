import { replayCommand } from '../kill/replay-command.ts'
import type { StateKillFailure, StateKillReport } from '../state-machine/kill/index.ts'
import type { CaseResult } from './case-result.ts'
import type { SuiteResult } from './suite-result.ts'

/** How a person types the run again. */
export interface StateKillRun {
  readonly adapterUrl: string
  readonly adapterArgument?: string | undefined
}

/** The state machines' kill suite as a suite of cases: every kill is one. */
export function stateKillSuiteResult(report: StateKillReport, run: StateKillRun): SuiteResult {
  const { kills, killsPlanned, failure, durationMs } = report
  const meanMs = durationMs / Math.max(kills, 1)
  const cases = Array.from({ length: killsPlanned }, (_, at): CaseResult => {
    const one = {
      ...{ id: `STATE-KILL-${at + 1}`, name: 'a state machine, killed', since: '1.1.0' },
      durationMs: meanMs,
    }
    if (failure?.number === at + 1) return { ...one, ...told(report, failure, run) }
    if (failure === undefined || at < failure.number) return { ...one, outcome: 'passed' }
    const reason = 'a state machine in an unknown state is not killed again'
    return { ...one, outcome: 'skipped', reason, durationMs: 0 }
  })
  return { name: 'state-kill', cases, durationMs, stateKill: report }
}

function told({ seed, directory }: StateKillReport, failure: StateKillFailure, run: StateKillRun) {
  const { number, moment, findings, history } = failure
  // Nothing is left to the clock: the kills before it make what it finds.
  const replay = replayCommand('state-kill', { ...run, kills: number, seed })
  const reason = [
    `Kill ${number}, ${moment}:`,
    ...findings.map(({ rule, text }) => `  ${rule}: ${text}`),
    '  the last operations:',
    ...history.map((line) => `    ${line}`),
    `  the state machine is kept in ${directory}`,
    '  replay:',
    `    ${replay}`,
  ]
  return {
    name: `a state machine, killed ${moment}`,
    outcome: 'failed',
    reason: reason.join('\n'),
    replay,
  } as const
}
