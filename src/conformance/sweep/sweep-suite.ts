/**
 * The failpoint sweep: a short workload, run again for every site and every hit of it with every action that fits, in this
 * process. After each the storage is opened again and judged. Then all pairs of faults of a shorter one.
 */

import { setImmediate } from 'node:timers/promises'
import type { LogAdapter } from '../adapter.ts'
import type { ContractParts } from '../contract/index.ts'
import { SeededRandom } from '../random.ts'
import type { CaseResult } from '../report/case-result.ts'
import { tokenOf } from '../report/case-token.ts'
import { assertReplayable, decodeToken } from '../report/replay-token.ts'
import { ReplayTokenError } from '../report/replay-token-error.ts'
import { type SuiteResult, skippedSuite } from '../report/suite-result.ts'
import { suiteVersion } from '../report/suite-version.ts'
import { shrinkMsDefault } from '../shrink-limit.ts'
import { TrialHome } from '../trial-home.ts'
import { type AnyEngine, type EngineName, engineNames } from './engine.ts'
import { describeTrial, storyOf } from './explain.ts'
import { engines, formatScenario, parseScenario, type TokenScenario } from './scenario-token.ts'
import { pick, type Shrunk, shrink } from './shrink.ts'
import {
  baselineId,
  pairsId,
  planPairs,
  planSweep,
  type SweepPlan,
  type SweepTrial,
  siteId,
} from './sweep.ts'
import type { SweepProgress, SweptEngine } from './sweep-report.ts'
import { runTrial, type Trial, type TrialPlace } from './trial.ts'
import { createWorkload } from './workload.ts'

export interface SweepSuiteOptions {
  /** 0 to 2^32 - 1: decides the workloads. */
  readonly seed: number
  /**
   * When no more pairs of faults are begun, in milliseconds; how many were left out is told. Every single fault is tried, and a few
   * pairs, however long that takes. Default 15,000.
   */
  readonly budgetMs?: number | undefined
  /**
   * When no more is tried to make a failure shorter, in milliseconds; that there was more to try is told. 0: it is told as it was found.
   * Default 20,000.
   */
  readonly shrinkMs?: number | undefined
  /** Default: all of them. */
  readonly engines?: readonly EngineName[] | undefined
  /** Default: Holdfast's own. */
  readonly parts?: ContractParts | undefined
  /** Where the storage is. Default: a file system in memory where there is one, for no trial needs a disk. */
  readonly directory?: string | undefined
  /** What was typed after `--adapter`, for the command that replays. */
  readonly adapterArgument?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: SweepProgress) => void) | undefined
}

const budgetMsDefault = 15_000
const operationsDefault = 16
/** All pairs of so many operations are a few hundred trials. */
const pairOperations = 4
/** So many are tried of each engine though the time is over. */
const pairsMin = 20
/** Shrinking more of them than that tells nothing new. */
const shrunkMax = 4

/** Says nothing about storage that hits no failpoint. @throws the signal's reason */
export function runSweepSuite(adapter: LogAdapter, options: SweepSuiteOptions): Promise<SuiteResult> {
  return new SweepRun(adapter, options).run()
}

/**
 * Makes the one trial again that `token` is of.
 * @throws {ReplayTokenError} it is of other suites, of another adapter, or of no sweep
 */
export function replaySweep(
  adapter: LogAdapter,
  token: string,
  options: Pick<SweepSuiteOptions, 'parts' | 'directory' | 'adapterArgument'> = {},
): SuiteResult {
  const decoded = decodeToken(token)
  assertReplayable(decoded, { suiteVersion, adapter: adapter.name })
  const scenario = parseScenario(decoded.path)
  if (decoded.suite !== 'sweep' || scenario === undefined) {
    const what = `Cannot replay this token: it is of the suite "${decoded.suite}", and its point is "${decoded.path}"`
    throw new ReplayTokenError({ kind: 'unknown', found: decoded.path }, what)
  }
  const startedAt = performance.now()
  const run = new SweepRun(adapter, { seed: decoded.seed, ...options })
  const result = run.replay(scenario, decoded.caseId)
  return { name: 'sweep', cases: [result], durationMs: performance.now() - startedAt }
}

class SweepRun {
  readonly #adapter: LogAdapter
  readonly #options: SweepSuiteOptions
  readonly #home: TrialHome
  readonly #place: TrialPlace
  readonly #startedAt = performance.now()
  readonly #cases: CaseResult[] = []
  readonly #swept: SweptEngine[] = []
  #trials = 0
  #planned = 0
  #shrunk = 0

  constructor(adapter: LogAdapter, options: SweepSuiteOptions) {
    this.#adapter = adapter
    this.#options = options
    this.#home = new TrialHome('sweep', options.directory)
    this.#place = { adapter, parts: options.parts, home: this.#home.path }
  }

  async run(): Promise<SuiteResult> {
    try {
      return await this.#sweep()
    } finally {
      this.#home.remove()
    }
  }

  async #sweep(): Promise<SuiteResult> {
    const asked = (this.#options.engines ?? engineNames).map((name) => engines[name])
    const plans = asked.map((engine) => planSweep(engine, this.#options.seed, operationsDefault, this.#place))
    if (plans.every(({ baseline: { hits, findings } }) => hits.length === 0 && findings.length === 0)) {
      const why = `${this.#adapter.name} hits no failpoint: give it the registry that open() is handed`
      return skippedSuite('sweep', why, ['failpoints'])
    }
    this.#planned = plans.reduce((sum, { singles }) => sum + singles.length, 0)
    const pairs = new Map<AnyEngine, number>()
    for (const plan of plans) await this.#sweepSingles(plan)
    for (const { engine, baseline } of plans)
      if (baseline.findings.length === 0) pairs.set(engine, await this.#sweepPairs(engine))
    for (const plan of plans) this.#swept.push(sweptOf(plan, pairs.get(plan.engine) ?? 0))
    const durationMs = performance.now() - this.#startedAt
    const sweep = { seed: this.#options.seed, trials: this.#trials, engines: this.#swept, durationMs }
    return { name: 'sweep', cases: this.#cases, durationMs, sweep }
  }

  replay({ engine, length, kept, faults }: TokenScenario, caseId: string): CaseResult {
    const workload = createWorkload(engine, this.#options.seed, length)
    const trial = runTrial(engine, pick(workload, kept), faults, this.#place)
    const one = { id: caseId, name: `the ${engine.name} workload, as it failed`, durationMs: 0 }
    if (trial.findings.length === 0) return { ...one, outcome: 'passed' }
    return { ...one, ...this.#failure(engine, length, caseId, { scenario: { kept, faults }, trial }) }
  }

  async #sweepSingles(plan: SweepPlan): Promise<void> {
    const { engine, workload, baseline, sites, singles } = plan
    const first = {
      id: baselineId(engine),
      name: `the ${engine.name} workload without a fault`,
      durationMs: 0,
    }
    if (baseline.findings.length === 0) this.#cases.push({ ...first, outcome: 'passed' })
    else {
      const caught = { trial: baseline, faults: [], workload, caseId: first.id }
      this.#cases.push({ ...first, ...this.#shrinkAndTell(engine, caught) })
    }
    for (const site of sites) {
      const id = siteId(engine, site)
      const trials = singles.filter(({ caseId }) => caseId === id)
      const name = `the ${engine.name} workload with a fault at ${site}, ${trials.length} of them`
      if (baseline.findings.length === 0)
        await this.#runCase(engine, { id, name, trials, trialsMin: trials.length })
      else {
        const reason = 'the workload fails without any fault, so what a fault does cannot be told'
        this.#cases.push({ id, name, outcome: 'inconclusive', reason, durationMs: 0 })
      }
    }
  }

  async #sweepPairs(engine: AnyEngine): Promise<number> {
    const { seed } = this.#options
    const planned = planPairs(engine, seed, pairOperations, this.#place)
    this.#planned += planned.length
    const trials = new SeededRandom(seed, 'sweep pairs').shuffled(planned)
    const name = `${pairOperations} operations of the ${engine.name} workload with two faults, ${trials.length} pairs`
    return await this.#runCase(engine, { id: pairsId(engine), name, trials, trialsMin: pairsMin })
  }

  /** Until one of them fails, or the time is over and enough were made. Returns how many were made. */
  async #runCase(engine: AnyEngine, { id, name, trials, trialsMin }: SweepCase): Promise<number> {
    const startedAt = performance.now()
    let done = 0
    let failure: Partial<CaseResult> | undefined
    for (const planned of trials) {
      if (failure !== undefined || (done >= trialsMin && this.#isOver)) break
      await setImmediate()
      this.#options.signal?.throwIfAborted()
      const trial = runTrial(engine, planned.workload, planned.faults, this.#place)
      this.#trials += 1
      done += 1
      if (trial.findings.length > 0) failure = this.#shrinkAndTell(engine, { ...planned, trial })
      this.#tell()
    }
    const isCut = failure === undefined && done < trials.length
    this.#cases.push({
      id,
      name: isCut ? `${name}, of which the time was enough for ${done}` : name,
      outcome: 'passed',
      ...failure,
      durationMs: performance.now() - startedAt,
    })
    return done
  }

  get #isOver(): boolean {
    return performance.now() - this.#startedAt > (this.#options.budgetMs ?? budgetMsDefault)
  }

  #shrinkAndTell(engine: AnyEngine, caught: SweepTrial & { readonly trial: Trial }) {
    const { workload, faults, trial, caseId } = caught
    const whole: Shrunk = { scenario: { kept: workload.map((_, at) => at), faults }, trial }
    this.#shrunk += 1
    const { shrinkMs = shrinkMsDefault } = this.#options
    const msMax = this.#shrunk > shrunkMax ? 0 : shrinkMs
    const shrunk = shrink(engine, workload, whole, { ...this.#place, msMax })
    return this.#failure(engine, workload.length, caseId, shrunk)
  }

  #failure(engine: AnyEngine, length: number, caseId: string, { scenario, trial, stopped }: Shrunk) {
    const { seed, adapterArgument } = this.#options
    const path = formatScenario({ engine, length, ...scenario })
    const { token, replay } = tokenOf(
      { adapter: this.#adapter.name, suite: 'sweep', caseId, seed, path },
      adapterArgument,
    )
    return {
      outcome: 'failed',
      reason: [
        ...describeTrial(engine, trial),
        ...(stopped === undefined ? [] : [stopped]),
        `replay: ${replay}`,
      ].join('\n'),
      story: { ...storyOf(engine, trial), ...(stopped !== undefined && { note: stopped }) },
      token,
      replay,
    } as const
  }

  #tell(): void {
    const failures = this.#cases.filter(({ outcome }) => outcome === 'failed').length
    this.#options.onProgress?.({ trials: this.#trials, planned: this.#planned, failures })
  }
}

interface SweepCase {
  readonly id: string
  readonly name: string
  readonly trials: readonly SweepTrial[]
  /** So many are made, however long that takes. */
  readonly trialsMin: number
}

function sweptOf({ engine, workload, baseline, sites, singles }: SweepPlan, pairs: number): SweptEngine {
  return {
    ...{ name: engine.name, operations: workload.length, sites: sites.length },
    ...{ hits: baseline.hits.length, singles: singles.length, pairs },
  }
}
