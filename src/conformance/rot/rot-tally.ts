import type { Image } from '../power-loss/disk/image.ts'
import { adapterWords } from '../report/adapter-words.ts'
import { type Damage, describeDamage, headBytes } from './damage.ts'
import { formatDamage } from './exact-damage.ts'
import type { RotVerdict } from './judge-rot.ts'
import {
  badRotOutcomes,
  type RotFailure,
  type RotOutcome,
  type RotProgress,
  type RotReport,
  rotOutcomes,
} from './rot-report.ts'
import { storyOfRot } from './rot-story.ts'

export interface RotTallyOptions {
  readonly adapter: string
  readonly seed: number
  readonly operations: number
  readonly image: Image
  /** Empty: the replay command names none. */
  readonly adapterArgument: string
  readonly damagesPossible: number
  readonly damagesPlanned: number
  readonly onProgress: ((progress: RotProgress) => void) | undefined
}

/** Of those that are alike, the first ones are told. */
const failuresToldMax = 20

type Counts = Record<RotOutcome, number>

/** Counts what happens. */
export class RotTally {
  readonly #options: RotTallyOptions
  readonly #startedAt: number = performance.now()
  readonly #outcomes: Counts = noneYet()
  readonly #areas = new Map<string, Counts>()
  readonly #failures: RotFailure[] = []
  #count = 0

  constructor(options: RotTallyOptions) {
    this.#options = options
  }

  get badCount(): number {
    return badRotOutcomes.reduce((sum, outcome) => sum + this.#outcomes[outcome], 0)
  }

  add(number: number, damage: Damage, verdict: RotVerdict): void {
    const { outcome, text } = verdict
    const { image, operations } = this.#options
    const area = areaOf(damage)
    const counts = this.#areas.get(area) ?? noneYet()
    counts[outcome] += 1
    this.#areas.set(area, counts)
    this.#outcomes[outcome] += 1
    this.#count += 1
    if (badRotOutcomes.includes(outcome) && this.#failures.length < failuresToldMax)
      this.#failures.push({
        area,
        damage: describeDamage(damage),
        outcome,
        text,
        story: storyOfRot(image, damage, verdict),
        path: formatDamage({ operations, damage }),
        replay: this.#replay(number),
      })
    const { damagesPlanned, onProgress } = this.#options
    onProgress?.({ damagesPlanned, damages: this.#count, outcomes: { ...this.#outcomes } })
  }

  report(): RotReport {
    const { adapter, seed, image, damagesPossible, damagesPlanned } = this.#options
    return {
      ...{ adapter, seed, damagesPossible, damagesPlanned },
      bytes: image.parts.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0),
      damages: this.#count,
      outcomes: this.#outcomes,
      areas: [...this.#areas]
        .map(([name, outcomes]) => ({ name, outcomes }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
      failures: this.#failures,
      durationMs: performance.now() - this.#startedAt,
    }
  }

  #replay(number: number): string {
    const { seed, operations, adapterArgument } = this.#options
    const command = `holdfast conform --suite rot --seed ${seed} --operations ${operations} --damage ${number}`
    return `${command}${adapterWords(adapterArgument, '--adapter ')}`
  }
}

function areaOf(damage: Damage): string {
  if (damage.kind === 'cut') return `${damage.path}, cut off`
  const where = damage.offset < headBytes ? 'in its first' : 'behind its first'
  return `${damage.path}, a bit flipped ${where} ${headBytes} bytes`
}

function noneYet(): Counts {
  return Object.fromEntries(rotOutcomes.map((outcome) => [outcome, 0])) as Counts
}
