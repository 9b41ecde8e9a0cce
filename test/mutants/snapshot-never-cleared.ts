import { PaxosStorage } from '../../src/paxos/index.ts'
import { healthy, type Mutant } from './mutant.ts'

class SnapshotNeverCleared<T, S> extends PaxosStorage<T, S> {
  override setSnapshot(snapshot: S | undefined): void {
    if (snapshot !== undefined) super.setSnapshot(snapshot)
  }
}

export const snapshotNeverCleared: Mutant = {
  bug: 'setSnapshot(undefined) does nothing.',
  caughtBy: ['PAXOS-SNAPSHOT-001'],
  createAdapter: healthy,
  parts: { createPaxosStorage: (log, options) => new SnapshotNeverCleared(log, options) },
}
