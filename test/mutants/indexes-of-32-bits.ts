import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class IndexesOf32Bits extends WrappedLog {
  override get(index: number): Uint8Array | undefined {
    return this.inner.get(Number.isSafeInteger(index) && index >= 0 ? index % 2 ** 32 : index)
  }
}

export const indexesOf32Bits: Mutant = {
  bug: 'An index is read as its lowest 32 bits.',
  caughtBy: ['LOG-LIMIT-002'],
  createAdapter: wrapping(IndexesOf32Bits),
}
