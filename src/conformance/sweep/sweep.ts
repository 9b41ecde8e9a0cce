/** One sweep of one engine: which trials there are, run one after the other, in an order that a seed decides. */
import type { AnyEngine } from './engine.ts'
import { type Fault, faultsAt, type SweepPoint } from './fault.ts'
import { runTrial, type Trial, type TrialPlace } from './trial.ts'
import { createWorkload, type Workload } from './workload.ts'

/** One trial to be made. */
export interface SweepTrial {
  readonly caseId: string
  readonly workload: Workload
  readonly faults: readonly Fault[]
}

export interface SweepPlan {
  readonly engine: AnyEngine
  readonly workload: Workload
  /** Of the workload without a fault. */
  readonly baseline: Trial
  readonly sites: readonly string[]
  readonly singles: readonly SweepTrial[]
}

export function baselineId(engine: AnyEngine): string {
  return `SWEEP-${engine.name.toUpperCase()}-BASELINE`
}

export function pairsId(engine: AnyEngine): string {
  return `SWEEP-${engine.name.toUpperCase()}-PAIRS`
}

export function siteId(engine: AnyEngine, site: string): string {
  return `SWEEP-${engine.name.toUpperCase()}-${site.replace(/[._]/g, '-').toUpperCase()}`
}

/** Runs the workload once, without a fault, and makes a trial of every action at every hit that it saw. */
export function planSweep(engine: AnyEngine, seed: number, length: number, place: TrialPlace): SweepPlan {
  const workload = createWorkload(engine, seed, length)
  const baseline = runTrial(engine, workload, [], place)
  const singles = baseline.hits.flatMap((point) =>
    faultsAt(point).map((fault) => ({ caseId: siteId(engine, fault.site), workload, faults: [fault] })),
  )
  return { engine, workload, baseline, singles, sites: [...new Set(baseline.hits.map(({ site }) => site))] }
}

/**
 * Every pair of faults of a short workload of which the first one is lived through: for each such fault, every action at every hit
 * that came after it, where it had come.
 */
export function planPairs(engine: AnyEngine, seed: number, length: number, place: TrialPlace): SweepTrial[] {
  const workload = createWorkload(engine, seed, length)
  const { hits, findings } = runTrial(engine, workload, [], place)
  if (findings.length > 0) return []
  const firsts = hits.flatMap(faultsAt).filter(({ action }) => action !== 'crash')
  return firsts.flatMap((first) => {
    const { hits: after } = runTrial(engine, workload, [first], place)
    const at = after.findIndex((point) => isAt(point, first))
    const seconds = after.slice(at + 1).flatMap(faultsAt)
    return seconds.map((second) => ({ caseId: pairsId(engine), workload, faults: [first, second] }))
  })
}

function isAt(point: SweepPoint, fault: Fault): boolean {
  return point.position === fault.position && point.site === fault.site && point.hit === fault.hit
}
