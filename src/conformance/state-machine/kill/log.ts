/** The one log that all operations of a run are of. */
import { SeededRandom } from '../../random.ts'
import { LogGenerator } from '../history.ts'
import { type ModelEntry, StateModel } from '../model.ts'
import type { StateOperation } from './history.ts'

export interface StateLog {
  /** Entries `from` to `through`; fewer where the log ends before. */
  entries(from: number, through: number): readonly ModelEntry[]
  /** The model with entries up to `index`. */
  modelAt(index: number): StateModel
}

/** Decided by its seed, to any length. */
export class RunLog implements StateLog {
  readonly #generator: LogGenerator
  readonly #entries: ModelEntry[] = []

  constructor(seed: number) {
    this.#generator = new LogGenerator(new SeededRandom(seed, 'state log'), { index: 0, term: 0, clock: 0 })
  }

  entries(from: number, through: number): ModelEntry[] {
    while (this.#entries.length < through) this.#entries.push(this.#generator.entry())
    return this.#entries.slice(from - 1, through)
  }

  modelAt(index: number): StateModel {
    return modelOf(this.entries(1, index))
  }
}

/** One that is written down, from its first entry on. */
export class WrittenLog implements StateLog {
  readonly #entries: readonly ModelEntry[]

  constructor(entries: readonly ModelEntry[]) {
    this.#entries = entries
  }

  entries(from: number, through: number): readonly ModelEntry[] {
    return this.#entries.slice(from - 1, Math.max(0, through))
  }

  modelAt(index: number): StateModel {
    return modelOf(this.entries(1, index))
  }
}

/** That the operations of a history that is written down are of. */
export function logOf(operations: readonly StateOperation[]): WrittenLog {
  return new WrittenLog(operations.flatMap((operation) => broughtBy(operation)))
}

/** The entries that the operation is the first to hand in, where that is written down. */
export function broughtBy(operation: StateOperation): readonly ModelEntry[] {
  return ('entries' in operation ? operation.entries : undefined) ?? []
}

function modelOf(entries: readonly ModelEntry[]): StateModel {
  const model = new StateModel()
  for (const entry of entries) model.apply(entry)
  return model
}
