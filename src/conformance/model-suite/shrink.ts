/** Makes a failing history as short as can be: the fewest operations, the earliest crash, the smallest batches and values. */
import type { ModelStep } from './history.ts'
import { hasLargeValues, type KeptStep, type ModelScenario, partsOf, pickSteps } from './scenario.ts'
import { type ModelPlace, type ModelTrial, runModelTrial } from './trial.ts'

export interface ShrunkHistory {
  readonly scenario: ModelScenario
  readonly trial: ModelTrial
}

/** What one failure may cost. */
const trialsMax = 400

export function shrinkHistory(
  history: readonly ModelStep[],
  failing: ShrunkHistory,
  place: ModelPlace,
): ShrunkHistory {
  const shrinker = new Shrinker(history, failing, place)
  shrinker.dropTail()
  shrinker.dropMany()
  shrinker.hastenCrash()
  shrinker.dropMany()
  shrinker.dropParts()
  shrinker.shrinkValues()
  shrinker.dropMany()
  return shrinker.best
}

class Shrinker {
  best: ShrunkHistory
  readonly #history: readonly ModelStep[]
  readonly #place: ModelPlace
  /** Another failure is another story. */
  readonly #rule: string | undefined
  #left = trialsMax

  constructor(history: readonly ModelStep[], failing: ShrunkHistory, place: ModelPlace) {
    this.#history = history
    this.#place = place
    this.best = failing
    this.#rule = failing.trial.findings[0]?.rule
  }

  /** What comes after the failure is not of the story. */
  dropTail(): void {
    this.#try(this.#kept.slice(0, this.best.trial.stepCount))
  }

  /** Tries to do without runs of steps: long ones first, and single ones until none can go. */
  dropMany(): void {
    for (let length = Math.ceil(this.#kept.length / 2); length > 1; length = Math.ceil(length / 2))
      this.#dropRuns(length)
    while (this.#dropRuns(1));
  }

  /** Tries each crash as early as can be. */
  hastenCrash(): void {
    for (let at = 0; at < this.#kept.length; at++) {
      const crash = this.#kept[at]
      if (crash === undefined || this.#stepOf(crash)?.kind !== 'crash') continue
      const others = this.#kept.filter((one) => one !== crash)
      for (let to = 0; to < at; to++) if (this.#try(others.toSpliced(to, 0, crash))) break
    }
    this.dropTail()
  }

  /** Tries each batch, and each list of entries, without some of its parts: many at first, and single ones at last. */
  dropParts(): void {
    for (let at = 0; at < this.#kept.length; at++) {
      for (let length = this.#partsLeft(at).length; length >= 1; length = Math.floor(length / 2))
        this.#dropPartsOf(at, length)
    }
  }

  /** Tries each step with values that are as small as can be. */
  shrinkValues(): void {
    for (const [at, one] of this.#kept.entries()) {
      const step = this.#stepOf(one)
      if (step === undefined || !hasLargeValues(step)) continue
      this.#try(this.#kept.with(at, { ...one, isSmall: true }))
    }
  }

  get #kept(): readonly KeptStep[] {
    return this.best.scenario.kept
  }

  #stepOf({ step }: KeptStep): ModelStep | undefined {
    return this.#history[step]
  }

  /** From the end, for what comes late depends on what came before it. Returns whether one went. */
  #dropRuns(length: number): boolean {
    let hasShrunk = false
    for (let from = this.#kept.length - length; from >= 0; from -= length) {
      const kept = this.#kept
      hasShrunk = this.#try([...kept.slice(0, from), ...kept.slice(from + length)]) || hasShrunk
    }
    return hasShrunk
  }

  #partsLeft(at: number): readonly number[] {
    const one = this.#kept[at]
    const step = one && this.#stepOf(one)
    if (one === undefined || step === undefined) return []
    return one.parts ?? Array.from({ length: partsOf(step) }, (_, part) => part)
  }

  #dropPartsOf(at: number, length: number): void {
    for (let from = this.#partsLeft(at).length - length; from >= 0; from -= length) {
      const [one, left] = [this.#kept[at], this.#partsLeft(at)]
      if (one === undefined) return
      const parts = [...left.slice(0, from), ...left.slice(from + length)]
      this.#try(this.#kept.with(at, { ...one, parts }))
    }
  }

  #try(kept: readonly KeptStep[]): boolean {
    const steps = pickSteps(this.#history, kept)
    if (this.#left <= 0 || steps === undefined) return false
    this.#left -= 1
    const trial = runModelTrial(steps, this.#place)
    if (trial.findings.length === 0 || trial.findings[0]?.rule !== this.#rule) return false
    this.best = { scenario: { ...this.best.scenario, kept }, trial }
    return true
  }
}
