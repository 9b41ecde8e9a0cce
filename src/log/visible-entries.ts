/** The entries of a medium, as far as the cursor shows them. */
import assert from 'node:assert/strict'
import { CorruptionError } from '../errors.ts'
import type { Cursor } from './cursor.ts'
import type { LogEntry } from './log-store.ts'
import type { LogMedium } from './medium.ts'

/** How many indexes a look for holes asks the medium for at a time. */
const lookStep = 256

/** Runs `body`, which reads the entry at `index`, with what surrounds every read. */
export type Reading = <T>(index: number, body: () => T) => T

export class VisibleEntries {
  readonly #medium: LogMedium
  /** Moves with every write. */
  readonly #cursor: () => Cursor
  readonly #reading: Reading

  constructor(medium: LogMedium, cursor: () => Cursor, reading: Reading) {
    this.#medium = medium
    this.#cursor = cursor
    this.#reading = reading
  }

  /** @throws {CorruptionError} it is not what was written, or is missing where one must be */
  get(index: number): Uint8Array | undefined {
    const { first, denseFrom, end } = this.#cursor()
    if (index < first || index >= end) return undefined
    return this.#reading(index, () => {
      const value = this.#medium.entry(index)
      if (value !== undefined || index < denseFrom) return value
      const what = `entry ${index} is missing between ${denseFrom} and ${end}`
      throw new CorruptionError({ log: this.#medium.name, index }, what)
    })
  }

  /** The entries of `[from, to)`, up to `maxBytes` of them but one at least; none when any is missing. */
  read(from: number, to: number, maxBytes: number): Uint8Array[] {
    const { first, end } = this.#cursor()
    if (from >= to || from < first || to > end || this.#hasHole(from, to)) return []
    const values: Uint8Array[] = []
    let bytes = 0
    for (let index = from; index < to; index++) {
      const value = this.get(index)
      assert(value !== undefined, 'an index without a hole has an entry')
      bytes += value.length
      if (bytes > maxBytes && values.length > 0) break
      values.push(value)
    }
    return values
  }

  /** The first entry there is in `[from, to)`. */
  next(from: number, to: number): LogEntry | undefined {
    const { first, end } = this.#cursor()
    const [index] = this.#present(Math.max(from, first), Math.min(to, end), 1)
    if (index === undefined) return undefined
    const value = this.get(index)
    return value && { index, value }
  }

  count(): number {
    const { first, denseFrom, end } = this.#cursor()
    const sparse =
      first < denseFrom ? this.#medium.storedIndexes(first, denseFrom, Number.MAX_SAFE_INTEGER) : []
    return end - denseFrom + sparse.length
  }

  /** The first `limit` indexes of `[from, to)`, which lies inside the log, that hold an entry. */
  #present(from: number, to: number, limit: number): number[] {
    if (from >= to) return []
    const { denseFrom } = this.#cursor()
    const indexes = from < denseFrom ? this.#medium.storedIndexes(from, Math.min(to, denseFrom), limit) : []
    for (let index = Math.max(from, denseFrom); index < to && indexes.length < limit; index++)
      indexes.push(index)
    return indexes
  }

  #hasHole(from: number, to: number): boolean {
    const sparseTo = Math.min(to, this.#cursor().denseFrom)
    let expected = from
    while (expected < sparseTo) {
      const step = this.#present(expected, sparseTo, lookStep)
      if (step.length === 0) return true
      for (const index of step) if (index !== expected++) return true
    }
    return false
  }
}
