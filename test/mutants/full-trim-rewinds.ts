import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class FullTrimRewinds extends WrappedLog {
  override get nextIndex(): number {
    return this.inner.stats().entries === 0 ? this.inner.compactedIndex : this.inner.nextIndex
  }
}

export const fullTrimRewinds: Mutant = {
  bug: 'A log that is trimmed whole begins again at its floor.',
  caughtBy: ['LOG-TRIM-004', 'PAXOS-TRIM-002', 'PAXOS-APPEND-009'],
  createAdapter: wrapping(FullTrimRewinds),
}
