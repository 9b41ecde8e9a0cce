import { type LogId, RaftLog } from '../../src/raft/index.ts'
import { healthy, type Mutant } from './mutant.ts'
import { raftParts } from './raft-parts.ts'

class BoundaryTermLost<T> extends RaftLog<T> {
  override get purgeBoundary(): LogId {
    return { ...super.purgeBoundary, term: 0 }
  }

  override term(index: number): number {
    return index === super.purgeBoundary.index ? 0 : super.term(index)
  }
}

export const boundaryTermLost: Mutant = {
  bug: 'The term of the last purged entry is lost with it: an append after it cannot be checked.',
  caughtBy: ['RAFT-PURGE-001', 'RAFT-APPEND-006'],
  createAdapter: healthy,
  parts: raftParts(BoundaryTermLost),
}
