import { MemoryMedium } from '../../src/log/memory/memory-medium.ts'
import { type Mutant, onMedium } from './mutant.ts'

class BytesKeptByReference extends MemoryMedium {
  readonly #kept = new Map<number, Uint8Array>()

  override write(...[writes, ...others]: Parameters<MemoryMedium['write']>): void {
    super.write(writes, ...others)
    for (const { from, entries } of writes.runs) {
      for (const [offset, entry] of entries.entries()) this.#kept.set(from + offset, entry)
    }
  }

  override entry(index: number): Uint8Array | undefined {
    const stored = super.entry(index)
    const kept = this.#kept.get(index)
    return stored && kept ? new Uint8Array(kept) : stored
  }
}

export const bytesKeptByReference: Mutant = {
  bug: 'The bytes given to an append are kept, not copied.',
  caughtBy: ['LOG-APPEND-005'],
  createAdapter: onMedium(BytesKeptByReference),
}
