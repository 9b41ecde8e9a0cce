import { MemoryMedium } from '../../src/log/memory/memory-medium.ts'
import { type Mutant, onMedium } from './mutant.ts'

class EntriesByReference extends MemoryMedium {
  readonly #held = new Map<number, Uint8Array>()

  override entry(index: number): Uint8Array | undefined {
    const value = super.entry(index)
    const held = this.#held.get(index)
    if (value === undefined || held?.length === value.length) return held
    this.#held.set(index, value)
    return value
  }
}

export const entriesByReference: Mutant = {
  bug: 'An entry is returned as the store holds it, not as a copy.',
  caughtBy: ['LOG-READ-010'],
  createAdapter: onMedium(EntriesByReference),
}
