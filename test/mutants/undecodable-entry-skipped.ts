import { CorruptionError } from '../../src/errors.ts'
import { PaxosStorage } from '../../src/paxos/index.ts'
import { healthy, type Mutant } from './mutant.ts'

class UndecodableEntrySkipped<T, S> extends PaxosStorage<T, S> {
  override getSuffix(from: number): T[] {
    const end = this.log.nextIndex
    return Array.from({ length: Math.max(0, end - from) }, (_, offset) =>
      this.#oneOrNone(from + offset),
    ).flat()
  }

  #oneOrNone(index: number): T[] {
    try {
      return this.getEntries(index, index + 1)
    } catch (error) {
      if (error instanceof CorruptionError) return []
      throw error
    }
  }
}

export const undecodableEntrySkipped: Mutant = {
  bug: 'getSuffix() leaves out the entries that do not decode.',
  caughtBy: ['PAXOS-CODEC-006'],
  createAdapter: healthy,
  parts: { createPaxosStorage: (log, options) => new UndecodableEntrySkipped(log, options) },
}
