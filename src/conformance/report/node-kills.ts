/** The cases of a suite that kills one node over and over: every kill is one, and after one that failed none is made. */
import { describeShrunk, describeStory, endedOf, type KillFailure, withNotes } from '../kill/index.ts'
import type { CaseResult } from './case-result.ts'
import { tokenOf } from './case-token.ts'

export interface NodeKillFailure
  extends Pick<KillFailure, 'number' | 'moment' | 'story' | 'shrunk' | 'replay'> {
  readonly shrinkingStopped: string | undefined
  /** Whether the seed alone makes the same one again. */
  readonly isReplayable: boolean
  /** Where what was killed is kept. */
  readonly directory: string | undefined
}

export interface NodeKills {
  readonly suite: 'raft-kill' | 'state-kill'
  /** As tokens name the adapter. */
  readonly adapter: string
  /** What was typed to name it. */
  readonly adapterArgument: string | undefined
  /** What is killed. */
  readonly what: string
  readonly since: CaseResult['since']
  readonly seed: number
  readonly kills: number
  readonly killsPlanned: number
  readonly failure: NodeKillFailure | undefined
  readonly durationMs: number
}

export function nodeKillCases(node: NodeKills): CaseResult[] {
  const { suite, what, since, kills, killsPlanned, failure } = node
  const durationMs = node.durationMs / Math.max(kills, 1)
  return Array.from({ length: killsPlanned }, (_, at): CaseResult => {
    const id = `${suite.toUpperCase()}-${at + 1}`
    const one = { id, name: `${what}, killed`, ...(since !== undefined && { since }) }
    if (failure?.number === at + 1) return { ...one, durationMs, ...told(node, failure, id) }
    if (at < kills) return { ...one, durationMs, outcome: 'passed' }
    const reason = `${what} in an unknown state is not killed again`
    return { ...one, outcome: 'skipped', reason, durationMs: 0 }
  })
}

function told(node: NodeKills, failure: NodeKillFailure, caseId: string) {
  const { adapter, adapterArgument, suite, seed, what } = node
  const { number, moment, isReplayable, replay } = failure
  const { shrunk, story } = withNotes(failure)
  // What was not shrunk is made again by its number, but for what the clock decided.
  const path = shrunk === undefined ? (isReplayable ? String(number) : undefined) : shrunk.path
  const again =
    path === undefined ? { replay } : tokenOf({ adapter, suite, caseId, seed, path }, adapterArgument)
  const reason = describe(failure, path === undefined ? undefined : again.replay)
  return {
    name: `${what}, ${endedOf(story, moment)}`,
    outcome: 'failed',
    reason: reason.join('\n'),
    ...{ story: shrunk?.story ?? story, ...again },
  } as const
}

function describe(failure: NodeKillFailure, again: string | undefined): string[] {
  const { number, moment, directory, replay } = failure
  const { shrunk, story } = withNotes(failure)
  const kept = [`  it is kept in ${directory}`, '  the same histories again:', `    ${replay}`]
  if (shrunk === undefined) {
    return [
      `Kill ${number}, ${endedOf(story, moment)}:`,
      ...describeStory(story, 'the last operations:'),
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
