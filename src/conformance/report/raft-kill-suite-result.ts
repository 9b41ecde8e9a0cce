import { describeShrunk, describeStory, endedOf, withNotes } from '../kill/index.ts'
import type { RaftKillFailure, RaftKillReport } from '../kill-raft/index.ts'
import type { CaseResult } from './case-result.ts'
import { tokenOf } from './case-token.ts'
import type { SuiteResult } from './suite-result.ts'

/** The Raft kill suite as a suite of cases: every kill is one. `adapterArgument` is what was typed to name the adapter. */
export function raftKillSuiteResult(report: RaftKillReport, adapterArgument?: string): SuiteResult {
  const { kills, killsPlanned, failure, leftOut, durationMs } = report
  const meanMs = durationMs / Math.max(kills, 1)
  // Adapters of kind raft came later than the suite.
  const since = leftOut === undefined ? {} : ({ since: '1.2.0' } as const)
  const cases = Array.from({ length: killsPlanned }, (_, at): CaseResult => {
    const one = {
      id: `RAFT-KILL-${at + 1}`,
      name: 'Raft storage, killed',
      ...since,
      durationMs: meanMs,
    } as const
    if (failure?.number === at + 1) {
      const name = `Raft storage, ${endedOf(failure.story, failure.moment)}`
      return { ...one, name, outcome: 'failed', ...told(report, failure, adapterArgument) }
    }
    if (at < kills) return { ...one, outcome: 'passed' }
    return {
      ...one,
      outcome: 'skipped',
      reason: 'storage in an unknown state is not killed again',
      durationMs: 0,
    }
  })
  return { name: 'raft-kill', cases: [...cases, ...leftOutOf(report)], durationMs, raftKill: report }
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

function told({ adapter, seed }: RaftKillReport, failure: RaftKillFailure, adapterArgument?: string) {
  const { number, isReplayable } = failure
  const { shrunk, story } = withNotes(failure)
  // What was not shrunk is made again by its number, but for what the clock decided.
  const path = shrunk === undefined ? (isReplayable ? String(number) : undefined) : shrunk.path
  const caseId = `RAFT-KILL-${number}`
  const again =
    path === undefined
      ? { replay: failure.replay }
      : tokenOf({ adapter, suite: 'raft-kill', caseId, seed, path }, adapterArgument)
  const lines = describe(failure, path === undefined ? undefined : again.replay)
  return { reason: lines.join('\n'), story: shrunk?.story ?? story, ...again }
}

function describe(failure: RaftKillFailure, again: string | undefined): string[] {
  const { number, moment, directory, replay } = failure
  const { shrunk, story } = withNotes(failure)
  const kept = [`  the storage is kept in ${directory}`, `  the same histories again:`, `    ${replay}`]
  if (shrunk === undefined) {
    const told = describeStory(story, 'the last operations:')
    return [
      `Kill ${number}, ${endedOf(story, moment)}:`,
      ...told,
      ...kept,
      ...(again ? ['  replay:', `    ${again}`] : []),
    ]
  }
  const [first] = story.rules
  return [
    ...describeShrunk(shrunk, again),
    `  found as kill ${number}, ${endedOf(story, moment)}:`,
    ...(first === undefined ? [] : [`    ${first.rule}: ${first.text}`]),
    ...kept,
  ]
}
