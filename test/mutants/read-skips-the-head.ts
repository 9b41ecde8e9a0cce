import type { ReadLimit } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class ReadSkipsTheHead extends WrappedLog {
  override read(from: number, to: number, limit?: ReadLimit): Uint8Array[] {
    return this.inner.read(Math.max(from, this.inner.firstIndex), to, limit)
  }
}

export const readSkipsTheHead: Mutant = {
  bug: 'A range that begins below the first index is answered from there, shifted.',
  caughtBy: ['LOG-READ-004', 'PAXOS-READ-004'],
  createAdapter: wrapping(ReadSkipsTheHead),
}
