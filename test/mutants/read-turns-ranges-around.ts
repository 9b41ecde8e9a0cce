import type { ReadLimit } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class ReadTurnsRangesAround extends WrappedLog {
  override read(from: number, to: number, limit?: ReadLimit): Uint8Array[] {
    return from > to ? this.inner.read(to, from, limit) : this.inner.read(from, to, limit)
  }
}

export const readTurnsRangesAround: Mutant = {
  bug: 'A range whose ends are swapped is read as if they were not.',
  caughtBy: ['LOG-READ-003', 'PAXOS-READ-003'],
  createAdapter: wrapping(ReadTurnsRangesAround),
}
