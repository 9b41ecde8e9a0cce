import { type RaftEntry, RaftLog } from '../../src/raft/index.ts'
import { healthy, type Mutant } from './mutant.ts'
import { raftParts } from './raft-parts.ts'

class JudgesByIndex<T> extends RaftLog<T> {
  override append(entries: readonly RaftEntry<T>[]): void {
    const { lastIndex } = this
    const isHeld = entries[0] !== undefined && entries[0].index <= lastIndex && entries[0].index > 0
    super.append(isHeld ? entries.filter(({ index }) => index > lastIndex) : entries)
  }
}

export const conflictJudgedByIndex: Mutant = {
  bug: 'Entries whose indexes are there already are taken for the same, whatever their terms.',
  caughtBy: ['RAFT-CONFLICT-003', 'RAFT-CONFLICT-004', 'RAFT-CONFLICT-005'],
  createAdapter: healthy,
  parts: raftParts(JudgesByIndex),
}
