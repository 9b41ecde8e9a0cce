/** Makes a failing trial as short as can be: the fewest operations, then the earliest fault. */
import { ShrinkLimit } from '../shrink-limit.ts'
import type { AnyEngine } from './engine.ts'
import { actionsAt, type Fault } from './fault.ts'
import { runTrial, type Trial, type TrialPlace } from './trial.ts'
import type { Workload } from './workload.ts'

/** What is left of a workload, and what goes wrong in it. */
export interface Scenario {
  /** Indexes of the operations that are left, ascending. */
  readonly kept: readonly number[]
  /** Their positions are those among `kept`. */
  readonly faults: readonly Fault[]
}

export interface Shrunk {
  readonly scenario: Scenario
  readonly trial: Trial
  /** Why it was not looked further, when there was more to try. */
  readonly stopped?: string | undefined
}

/** Trials that one failure may cost, in the time that is given when nothing is said, and in each second of a longer one. */
const trialsLeast = 300
const trialsOfSecond = 15

/** `failing` itself when there is no time for it. `msMax`: when no more trials are begun. */
export function shrink(
  engine: AnyEngine,
  workload: Workload,
  failing: Shrunk,
  { msMax, ...place }: TrialPlace & { readonly msMax: number },
): Shrunk {
  if (msMax === 0) return failing
  const shrinker = new Shrinker(engine, workload, failing, place, msMax)
  shrinker.dropFaults()
  shrinker.dropTail()
  while (shrinker.dropOne());
  shrinker.hasten()
  shrinker.dropTail()
  return { ...shrinker.best, stopped: shrinker.stopped }
}

class Shrinker {
  best: Shrunk
  readonly #engine: AnyEngine
  readonly #workload: Workload
  readonly #place: TrialPlace
  /** Another failure is another story. */
  readonly #rule: string | undefined
  readonly #limit: ShrinkLimit

  constructor(engine: AnyEngine, workload: Workload, failing: Shrunk, place: TrialPlace, msMax: number) {
    this.#limit = new ShrinkLimit({ msMax, attemptsLeast: trialsLeast, attemptsOfSecond: trialsOfSecond })
    this.#engine = engine
    this.#workload = workload
    this.#place = place
    this.best = failing
    this.#rule = failing.trial.findings[0]?.rule
  }

  get stopped(): string | undefined {
    const { length } = this.best.scenario.kept
    return this.#limit.stopped(`at ${length === 1 ? '1 operation' : `${length} operations`}`)
  }

  /** Of two faults, one may do. */
  dropFaults(): void {
    const { kept, faults } = this.best.scenario
    if (faults.length < 2) return
    for (const fault of faults) if (this.#try({ kept, faults: [fault] })) return
  }

  /** What comes after the end is not of the story. */
  dropTail(): void {
    const { kept, faults } = this.best.scenario
    this.#try({ kept: kept.slice(0, this.best.trial.tried.length), faults })
  }

  /** Tries to do without each operation, the last one first. Returns whether one went. */
  dropOne(): boolean {
    const { kept } = this.best.scenario
    for (let position = kept.length - 1; position >= 0; position--) {
      if (this.#try(without(this.best.scenario, position))) return true
    }
    return false
  }

  /** Tries the same fault earlier. */
  hasten(): void {
    const { kept, faults } = this.best.scenario
    const [fault] = faults
    if (fault === undefined || faults.length > 1) return
    const { hits } = this.#run({ kept, faults: [] })
    const earlier = hits.slice(
      0,
      hits.findIndex(({ position, site, hit }) => isAt(fault, { position, site, hit })),
    )
    for (const point of earlier) {
      if (!actionsAt(point.site).includes(fault.action)) continue
      if (this.#try({ kept, faults: [{ ...point, action: fault.action }] })) return
    }
  }

  #try(scenario: Scenario): boolean {
    if (this.#limit.isOver()) return false
    const trial = this.#run(scenario)
    if (trial.findings.length === 0 || trial.findings[0]?.rule !== this.#rule) return false
    this.best = { scenario, trial }
    return true
  }

  #run({ kept, faults }: Scenario): Trial {
    this.#limit.attempts += 1
    return runTrial(this.#engine, pick(this.#workload, kept), faults, this.#place)
  }
}

/** The operations that are left. */
export function pick(workload: Workload, kept: readonly number[]): Workload {
  return kept.flatMap((index) => workload[index] ?? [])
}

function without({ kept, faults }: Scenario, removed: number): Scenario {
  return {
    kept: kept.filter((_, position) => position !== removed),
    faults: faults
      .filter(({ position }) => position !== removed)
      .map((fault) => (fault.position > removed ? { ...fault, position: fault.position - 1 } : fault)),
  }
}

function isAt(fault: Fault, point: Pick<Fault, 'position' | 'site' | 'hit'>): boolean {
  return fault.position === point.position && fault.site === point.site && fault.hit === point.hit
}
