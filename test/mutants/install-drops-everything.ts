import { type LogId, RaftLog } from '../../src/raft/index.ts'
import { healthy, type Mutant } from './mutant.ts'
import { raftParts } from './raft-parts.ts'

class InstallDropsEverything<T> extends RaftLog<T> {
  override installSnapshot(id: LogId): void {
    if (id.index > this.purgeBoundary.index && id.index < this.lastIndex) this.truncate(id.index + 1)
    super.installSnapshot(id)
  }
}

export const installDropsEverything: Mutant = {
  bug: 'Installing a snapshot removes the entries after it, also those that follow it.',
  caughtBy: ['RAFT-INSTALL-002'],
  createAdapter: healthy,
  parts: raftParts(InstallDropsEverything),
}
