import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class MetadataByReference extends WrappedLog {
  readonly #held = new Map<string, Uint8Array>()

  override getMeta(key: string): Uint8Array | undefined {
    const value = this.inner.getMeta(key)
    const held = this.#held.get(key)
    if (value === undefined || held?.length === value.length) return held
    this.#held.set(key, value)
    return value
  }
}

export const metadataByReference: Mutant = {
  bug: 'Metadata is returned as the store holds it, not as a copy.',
  caughtBy: ['LOG-META-004'],
  createAdapter: wrapping(MetadataByReference),
}
