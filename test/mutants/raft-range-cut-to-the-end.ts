import { type EntriesLimit, type RaftEntry, RaftLog } from '../../src/raft/index.ts'
import { healthy, type Mutant } from './mutant.ts'
import { raftParts } from './raft-parts.ts'

class CutsRanges<T> extends RaftLog<T> {
  override entries(low: number, high: number, limit?: EntriesLimit): RaftEntry<T>[] {
    return super.entries(low, Math.max(low, Math.min(high, this.lastIndex + 1)), limit)
  }
}

export const raftRangeCutToTheEnd: Mutant = {
  bug: 'A range of entries beyond the end is answered with those that are there.',
  caughtBy: ['RAFT-READ-002', 'RAFT-READ-003'],
  createAdapter: healthy,
  parts: raftParts(CutsRanges),
}
