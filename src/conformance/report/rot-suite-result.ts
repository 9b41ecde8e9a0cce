import {
  badRotOutcomes,
  describeRotStory,
  type RotArea,
  type RotFailure,
  type RotReport,
} from '../rot/index.ts'
import type { CaseResult } from './case-result.ts'
import { tokenOf } from './case-token.ts'
import type { SuiteResult } from './suite-result.ts'

export interface RotRun {
  /** As the run calls it. */
  readonly adapterName: string
  /** What was typed to name it. */
  readonly adapterArgument?: string | undefined
  /** Of the only case, where a token is replayed. Default: by the number of the part. */
  readonly caseId?: string | undefined
}

/** The rot suite as a suite of cases: each part of a file is one. */
export function rotSuiteResult(report: RotReport, run: RotRun): SuiteResult {
  return {
    name: 'rot',
    cases: report.areas.map((area, at) =>
      caseOf(report, area, { ...run, caseId: run.caseId ?? `ROT-${at + 1}` }),
    ),
    durationMs: report.durationMs,
    rot: report,
  }
}

type NamedRun = RotRun & { readonly caseId: string }

function caseOf(
  { areas, failures, durationMs, seed }: RotReport,
  { name, outcomes }: RotArea,
  run: NamedRun,
): CaseResult {
  const bad = badRotOutcomes.reduce((sum, outcome) => sum + outcomes[outcome], 0)
  const count = Object.values(outcomes).reduce((sum, one) => sum + one, 0)
  const times = count === 1 ? 'once' : `${count} times`
  const common = { id: run.caseId, name: `${name}, ${times}`, durationMs: durationMs / areas.length }
  if (bad === 0) return { ...common, outcome: 'passed' }
  const [first, ...others] = failures.filter(({ area }) => area === name)
  const reason = [
    `${bad} of ${count} went wrong`,
    ...(first === undefined ? [] : [first.damage, ...describeRotStory(first.story)]),
    ...others.flatMap(({ damage, outcome, text, replay }) => [
      `${outcome}: ${damage}: ${text}`,
      `  ${replay}`,
    ]),
  ]
  return { ...common, outcome: 'failed', reason: reason.join('\n'), ...again(seed, run, first) }
}

/** The first one of them, as it is drawn, and how it is made again. */
function again(
  seed: number,
  { caseId, adapterName, adapterArgument }: NamedRun,
  first: RotFailure | undefined,
): Pick<CaseResult, 'story' | 'token' | 'replay'> {
  if (first === undefined) return {}
  const token = { adapter: adapterName, suite: 'rot', caseId, seed, path: first.path }
  return { story: first.story, ...tokenOf(token, adapterArgument) }
}
