import type { ReadLimit } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class SmallLimitReadsNothing extends WrappedLog {
  override read(from: number, to: number, limit?: ReadLimit): Uint8Array[] {
    const values = this.inner.read(from, to, limit)
    return (values[0]?.length ?? 0) > (limit?.maxBytes ?? Number.POSITIVE_INFINITY) ? [] : values
  }
}

export const smallLimitReadsNothing: Mutant = {
  bug: 'A read whose first entry is larger than maxBytes is empty.',
  caughtBy: ['LOG-READ-006'],
  createAdapter: wrapping(SmallLimitReadsNothing),
}
