import { WriteFailedError } from '../../src/errors.ts'
import { PaxosStorage } from '../../src/paxos/index.ts'
import { healthy, type Mutant } from './mutant.ts'

class PaxosFaultPoisons<T, S> extends PaxosStorage<T, S> {
  override appendEntry(entry: T): number {
    try {
      return super.appendEntry(entry)
    } catch (cause) {
      if (!(cause instanceof WriteFailedError) || cause.reason !== 'io') throw cause
      const { log, operation, reason } = cause
      throw new WriteFailedError({ log, operation, reason, inDoubt: true, cause })
    }
  }
}

export const paxosFaultPoisons: Mutant = {
  bug: 'A failure in front of the log is told as in doubt.',
  caughtBy: ['PAXOS-FAULT-021'],
  createAdapter: healthy,
  parts: { createPaxosStorage: (log, options) => new PaxosFaultPoisons(log, options) },
}
