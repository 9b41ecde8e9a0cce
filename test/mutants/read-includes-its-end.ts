import type { ReadLimit } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class ReadIncludesItsEnd extends WrappedLog {
  override read(from: number, to: number, limit?: ReadLimit): Uint8Array[] {
    return this.inner.read(from, from < to && to < this.inner.nextIndex ? to + 1 : to, limit)
  }
}

export const readIncludesItsEnd: Mutant = {
  bug: 'A range includes the index that it ends at.',
  caughtBy: ['LOG-READ-001', 'PAXOS-READ-001'],
  createAdapter: wrapping(ReadIncludesItsEnd),
}
