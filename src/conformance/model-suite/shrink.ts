/** Makes a failing history as short as can be: the fewest operations, the earliest crash, the smallest batches and values. */
import { atCalls, ShrinkLimit } from '../shrink-limit.ts'
import type { ModelEngine } from './engine.ts'
import type { KeptStep, ModelScenario } from './scenario.ts'
import type { NamedStep } from './subject.ts'
import type { ModelTrial } from './trial.ts'

export interface FailingHistory<S> {
  readonly scenario: ModelScenario
  readonly trial: ModelTrial<S>
}

export interface ShrunkHistory<S> extends FailingHistory<S> {
  /** Why it was not made shorter still, when there was more to try. */
  readonly stopped: string | undefined
}

/** What one failure may cost in the time that is given when nothing is said, */
const trialsLeast = 400
/** and in more of it. */
const trialsOfSecond = 20

export interface ShrinkPlace {
  /** Where the trials have their directories. */
  readonly home: string | undefined
  /** When no more trials are begun, in milliseconds. 0: it is left as it is. */
  readonly shrinkMs: number
}

export async function shrinkHistory<S extends NamedStep>(
  engine: ModelEngine<S>,
  history: readonly S[],
  failing: FailingHistory<S>,
  place: ShrinkPlace,
): Promise<ShrunkHistory<S>> {
  if (place.shrinkMs === 0) return { ...failing, stopped: undefined }
  const shrinker = new Shrinker(engine, history, failing, place)
  await shrinker.dropTail()
  await shrinker.dropMany()
  await shrinker.hastenCrash()
  await shrinker.dropMany()
  await shrinker.dropParts()
  await shrinker.shrinkValues()
  await shrinker.dropMany()
  return { ...shrinker.best, stopped: shrinker.stopped }
}

class Shrinker<S extends NamedStep> {
  best: FailingHistory<S>
  readonly #engine: ModelEngine<S>
  readonly #history: readonly S[]
  readonly #home: string | undefined
  /** Another failure is another story. */
  readonly #rule: string | undefined
  readonly #limit: ShrinkLimit

  constructor(
    engine: ModelEngine<S>,
    history: readonly S[],
    failing: FailingHistory<S>,
    { home, shrinkMs }: ShrinkPlace,
  ) {
    this.#engine = engine
    this.#history = history
    this.#home = home
    this.best = failing
    this.#rule = failing.trial.findings[0]?.rule
    const trials = { attemptsLeast: trialsLeast, attemptsOfSecond: trialsOfSecond }
    this.#limit = new ShrinkLimit({ msMax: shrinkMs, ...trials })
  }

  get stopped(): string | undefined {
    const calls = this.best.trial.tried.filter(({ step }) => step.kind !== 'crash')
    return this.#limit.stopped(atCalls(calls.length))
  }

  /** What comes after the failure is not of the story. */
  async dropTail(): Promise<void> {
    await this.#try(this.#kept.slice(0, this.best.trial.stepCount))
  }

  /** Tries to do without runs of steps: long ones first, and single ones until none can go. */
  async dropMany(): Promise<void> {
    for (let length = Math.ceil(this.#kept.length / 2); length > 1; length = Math.ceil(length / 2))
      await this.#dropRuns(length)
    while (await this.#dropRuns(1));
  }

  /** Tries each crash as early as can be. */
  async hastenCrash(): Promise<void> {
    for (let at = 0; at < this.#kept.length; at++) {
      const crash = this.#kept[at]
      if (crash === undefined || this.#stepOf(crash)?.kind !== 'crash') continue
      const others = this.#kept.filter((one) => one !== crash)
      for (let to = 0; to < at; to++) if (await this.#try(others.toSpliced(to, 0, crash))) break
    }
    await this.dropTail()
  }

  /** Tries each batch, and each list of entries, without some of its parts: many at first, and single ones at last. */
  async dropParts(): Promise<void> {
    for (let at = 0; at < this.#kept.length; at++) {
      for (let length = this.#partsLeft(at).length; length >= 1; length = Math.floor(length / 2))
        await this.#dropPartsOf(at, length)
    }
  }

  /** Tries each step with values that are as small as can be. */
  async shrinkValues(): Promise<void> {
    for (const [at, one] of this.#kept.entries()) {
      const step = this.#stepOf(one)
      if (step === undefined || !this.#hasLargeValues(step)) continue
      await this.#try(this.#kept.with(at, { ...one, isSmall: true }))
    }
  }

  get #kept(): readonly KeptStep[] {
    return this.best.scenario.kept
  }

  #stepOf({ step }: KeptStep): S | undefined {
    return this.#history[step]
  }

  #hasLargeValues(step: S): boolean {
    return JSON.stringify(this.#engine.withSmallValues(step)) !== JSON.stringify(step)
  }

  /** From the end, for what comes late depends on what came before it. Returns whether one went. */
  async #dropRuns(length: number): Promise<boolean> {
    let hasShrunk = false
    for (let from = this.#kept.length - length; from >= 0; from -= length) {
      const kept = this.#kept
      if (await this.#try([...kept.slice(0, from), ...kept.slice(from + length)])) hasShrunk = true
    }
    return hasShrunk
  }

  #partsLeft(at: number): readonly number[] {
    const one = this.#kept[at]
    const step = one && this.#stepOf(one)
    if (one === undefined || step === undefined) return []
    return one.parts ?? Array.from({ length: this.#engine.partsOf(step) }, (_, part) => part)
  }

  async #dropPartsOf(at: number, length: number): Promise<void> {
    for (let from = this.#partsLeft(at).length - length; from >= 0; from -= length) {
      const [one, left] = [this.#kept[at], this.#partsLeft(at)]
      if (one === undefined) return
      const parts = [...left.slice(0, from), ...left.slice(from + length)]
      await this.#try(this.#kept.with(at, { ...one, parts }))
    }
  }

  async #try(kept: readonly KeptStep[]): Promise<boolean> {
    const steps = this.#engine.pick(this.#history, kept)
    if (steps === undefined || this.#limit.isOver()) return false
    if (!(await this.#engine.isSound(steps, this.#home))) return false
    this.#limit.attempts += 1
    const trial = await this.#engine.run(steps, this.#home)
    if (trial.findings.length === 0 || trial.findings[0]?.rule !== this.#rule) return false
    this.best = { scenario: { ...this.best.scenario, kept }, trial }
    return true
  }
}
