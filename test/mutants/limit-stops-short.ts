import type { ReadLimit } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class LimitStopsShort extends WrappedLog {
  override read(from: number, to: number, limit?: ReadLimit): Uint8Array[] {
    const maxBytes = limit?.maxBytes
    return this.inner.read(
      from,
      to,
      typeof maxBytes === 'number' ? { maxBytes: Math.max(0, maxBytes - 1) } : limit,
    )
  }
}

export const limitStopsShort: Mutant = {
  bug: 'A read stops before the sum of the sizes reaches maxBytes, not before it passes it.',
  caughtBy: ['LOG-READ-005'],
  createAdapter: wrapping(LimitStopsShort),
}
