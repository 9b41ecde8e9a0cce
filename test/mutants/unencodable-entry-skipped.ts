import { PaxosStorage } from '../../src/paxos/index.ts'
import { healthy, type Mutant } from './mutant.ts'

class UnencodableEntrySkipped<T, S> extends PaxosStorage<T, S> {
  override appendEntries(entries: readonly T[]): number {
    return super.appendEntries(
      Array.isArray(entries) ? entries.filter((entry) => typeof entry !== 'function') : entries,
    )
  }
}

export const unencodableEntrySkipped: Mutant = {
  bug: 'A batch is written without the entries that do not encode.',
  caughtBy: ['PAXOS-CODEC-001'],
  createAdapter: healthy,
  parts: { createPaxosStorage: (log, options) => new UnencodableEntrySkipped(log, options) },
}
