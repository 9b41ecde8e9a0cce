import type { ReadLimit } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class ReadReturnsAPrefix extends WrappedLog {
  override read(from: number, to: number, limit?: ReadLimit): Uint8Array[] {
    return this.inner.read(from, Math.min(to, this.inner.nextIndex), limit)
  }
}

export const readReturnsAPrefix: Mutant = {
  bug: 'A range that reaches past the end is answered with what is there of it.',
  caughtBy: ['LOG-READ-002', 'PAXOS-READ-002'],
  createAdapter: wrapping(ReadReturnsAPrefix),
}
