/** The one log of a run: decided by its seed, to any length. */
import { SeededRandom } from '../../random.ts'
import { LogGenerator } from '../history.ts'
import { type ModelEntry, StateModel } from '../model.ts'

export class RunLog {
  readonly #generator: LogGenerator
  readonly #entries: ModelEntry[] = []

  constructor(seed: number) {
    this.#generator = new LogGenerator(new SeededRandom(seed, 'state log'), { index: 0, term: 0, clock: 0 })
  }

  /** Entries `from` to `through`. */
  entries(from: number, through: number): ModelEntry[] {
    while (this.#entries.length < through) this.#entries.push(this.#generator.entry())
    return this.#entries.slice(from - 1, through)
  }

  /** The model with entries up to `index`. */
  modelAt(index: number): StateModel {
    const model = new StateModel()
    for (const entry of this.entries(1, index)) model.apply(entry)
    return model
  }
}
