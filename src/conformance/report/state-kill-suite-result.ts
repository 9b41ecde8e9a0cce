import { describeShrunk, describeStory, endedOf, withNotes } from '../kill/index.ts'
import type { StateKillFailure, StateKillReport } from '../state-machine/kill/index.ts'
import type { CaseResult } from './case-result.ts'
import { tokenOf } from './case-token.ts'
import type { SuiteResult } from './suite-result.ts'

/** How a person types the run again. */
export interface StateKillRun {
  /** As the run calls it. Its state machine may be of another module, and have a name of its own. */
  readonly adapterName: string
  /** What was typed to name it. */
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

function told(
  { seed, directory }: StateKillReport,
  failure: StateKillFailure,
  { adapterName, adapterArgument }: StateKillRun,
): Omit<CaseResult, 'id' | 'durationMs'> {
  const { number, moment } = failure
  const { shrunk, story } = withNotes(failure)
  // Nothing is left to the clock: what was not shrunk is made again by its number.
  const path = shrunk === undefined ? String(number) : shrunk.path
  const token = { adapter: adapterName, suite: 'state-kill', caseId: `STATE-KILL-${number}`, seed }
  const again = path === undefined ? { replay: failure.replay } : tokenOf({ ...token, path }, adapterArgument)
  return {
    name: `a state machine, ${endedOf(story, moment)}`,
    outcome: 'failed',
    reason: describe(failure, { directory, again: path === undefined ? undefined : again.replay }).join('\n'),
    ...{ story: shrunk?.story ?? story, ...again },
  }
}

interface Surroundings {
  readonly directory: string | undefined
  readonly again: string | undefined
}

function describe(failure: StateKillFailure, { directory, again }: Surroundings): string[] {
  const { number, moment, replay } = failure
  const { shrunk, story } = withNotes(failure)
  const kept = [`  the state machine is kept in ${directory}`, '  the same histories again:', `    ${replay}`]
  if (shrunk === undefined) {
    const lines = describeStory(story, 'the last operations:')
    return [
      `Kill ${number}, ${endedOf(story, moment)}:`,
      ...lines,
      ...kept,
      ...(again ? ['  replay:', `    ${again}`] : []),
    ]
  }
  return [
    ...describeShrunk(shrunk, again),
    `  found as kill ${number}, ${endedOf(story, moment)}:`,
    ...story.rules.slice(0, 1).map(({ rule, text }) => `    ${rule}: ${text}`),
    ...kept,
  ]
}
