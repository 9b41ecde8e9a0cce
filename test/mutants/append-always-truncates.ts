import { type RaftEntry, RaftLog } from '../../src/raft/index.ts'
import { healthy, type Mutant } from './mutant.ts'
import { raftParts } from './raft-parts.ts'

class AlwaysTruncates<T> extends RaftLog<T> {
  override append(entries: readonly RaftEntry<T>[]): void {
    const [first] = entries
    if (first === undefined || first.index > this.lastIndex) super.append(entries)
    else this.replaceSuffix(first.index, entries)
  }
}

export const appendAlwaysTruncates: Mutant = {
  bug: 'A late batch of entries that are there already removes those that follow them.',
  caughtBy: ['RAFT-CONFLICT-001', 'RAFT-CONFLICT-002'],
  createAdapter: healthy,
  parts: raftParts(AlwaysTruncates),
}
