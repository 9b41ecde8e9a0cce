/** Finds the shortest history of Paxos storage that fails as a kill did. */
import type { Finding } from '../../finding.ts'
import type { HistoryOperation } from '../../history.ts'
import type { ChildLife } from '../child-process.ts'
import type { KillFailure, ShrunkFailure } from '../kill-report.ts'
import type { KillPlan } from '../schedule.ts'
import { rebase, simpler } from './paxos-script.ts'
import { runScript } from './run-script.ts'
import { describeCrash, formatScript, type ScriptCrash } from './script.ts'
import type { ScriptPlace } from './script-place.ts'
import { type Shrinking, type ShrunkScript, type Step, shrinkScript } from './shrink-script.ts'

export interface FailedKill<O> {
  readonly plan: KillPlan
  readonly life: ChildLife<O>
  readonly judged: { readonly findings: readonly Finding[] }
  /** All calls on the log, those of the processes before too. */
  readonly steps: readonly Step<O>[]
}

/** More than that are not done again: a run of them takes seconds. */
const stepsMax = 2_000

/** @throws the signal's reason */
export async function shrinkKill(
  place: ScriptPlace & { readonly shrinkMs: number },
  failed: FailedKill<HistoryOperation>,
): Promise<ShrinkResult> {
  if (place.shrinkMs === 0) return notShrunk
  const shrinking = await shrinkScript({
    ...scopeOf(failed),
    rebase: (some) => rebase(some, place.adapter.capabilities),
    simpler,
    run: (script) => runScript(place, script),
    finding: failed.judged.findings[0],
    msMax: place.shrinkMs,
  })
  return shrinkResultOf(shrinking)
}

/** What a failure tells of its shrinking. */
export type ShrinkResult = Pick<KillFailure, 'shrunk' | 'shrinkingStopped'>

/** Of a failure that was not to be shrunk. */
export const notShrunk: ShrinkResult = { shrunk: undefined, shrinkingStopped: undefined }

export function shrinkResultOf<O>({ shrunk, stopped }: Shrinking<O>): ShrinkResult {
  return { shrunk: shrunk && shrunkFailureOf(shrunk), shrinkingStopped: stopped }
}

function shrunkFailureOf<O>(shrunk: ShrunkScript<O>): ShrunkFailure {
  const { script, story, runs, failed, attempts } = shrunk
  return {
    ...{ story, runs, failed, attempts },
    moment: describeCrash(script),
    path: formatScript(script),
  }
}

/** What may have led to the failure, and how such a kill may be made again, the likeliest first. */
export function scopeOf<O>({ plan, life, judged, steps }: FailedKill<O>): {
  readonly steps: readonly Step<O>[]
  readonly crashes: readonly ScriptCrash[]
} {
  const after: ScriptCrash = { kind: 'after' }
  const [finding] = judged.findings
  const wrong = finding?.rule === 'outcome' ? /^Operation (\d+),/.exec(finding.text)?.[1] : undefined
  // What came after a wrong answer did not lead to it.
  const left = wrong === undefined ? 0 : life.issued.length - Number(wrong)
  const scope = steps.slice(0, steps.length - left).slice(-stepsMax)
  const last = life.issued.at(-1)
  const isDoneInCall = last !== undefined && last.outcome === undefined && life.defect === undefined
  if (wrong !== undefined || !isDoneInCall) return { steps: scope, crashes: [after] }
  return { steps: scope, crashes: crashesIn(plan, after) }
}

function crashesIn(plan: KillPlan, after: ScriptCrash): readonly ScriptCrash[] {
  if (plan.kind === 'failpoint')
    return [1, 2].map((hit): ScriptCrash => ({ kind: 'failpoint', site: plan.site, hit })).concat(after)
  return [after, ...[0, 5, 30].map((delayMs): ScriptCrash => ({ kind: 'clock', delayMs }))]
}
