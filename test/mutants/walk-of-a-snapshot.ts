import type { LogEntry } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class WalkOfASnapshot extends WrappedLog {
  override entries(from?: number, to?: number): IterableIterator<LogEntry> {
    return [...this.inner.entries(from, to)].values()
  }
}

export const walkOfASnapshot: Mutant = {
  bug: 'A walk shows what was there when it began.',
  caughtBy: ['LOG-APPEND-011', 'LOG-READ-011', 'LOG-CLOSED-003'],
  createAdapter: wrapping(WalkOfASnapshot),
}
