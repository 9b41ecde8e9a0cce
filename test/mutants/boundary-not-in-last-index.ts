import { RaftLog } from '../../src/raft/index.ts'
import { healthy, type Mutant } from './mutant.ts'
import { raftParts } from './raft-parts.ts'

class CountsEntriesOnly<T> extends RaftLog<T> {
  override get lastIndex(): number {
    return this.log.stats().entries === 0 ? 0 : super.lastIndex
  }
}

export const boundaryNotInLastIndex: Mutant = {
  bug: 'A log that was purged whole ends at index 0: its next entry would be the first.',
  caughtBy: ['RAFT-PURGE-004', 'RAFT-APPEND-007', 'RAFT-INSTALL-001'],
  createAdapter: healthy,
  parts: raftParts(CountsEntriesOnly),
}
