import { CorruptionError } from '../../src/errors.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class ReadFaultHidden extends WrappedLog {
  override get(index: number): Uint8Array | undefined {
    try {
      return this.inner.get(index)
    } catch (error) {
      if (error instanceof CorruptionError) return undefined
      throw error
    }
  }
}

export const readFaultHidden: Mutant = {
  bug: 'An entry that is corrupt is taken for absent.',
  caughtBy: ['LOG-FAULT-009'],
  createAdapter: wrapping(ReadFaultHidden),
}
