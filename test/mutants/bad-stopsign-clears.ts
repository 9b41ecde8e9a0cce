import type { StopSign } from '../../src/paxos/index.ts'
import { PaxosStorage } from '../../src/paxos/index.ts'
import { healthy, type Mutant } from './mutant.ts'

class BadStopsignClears<T, S> extends PaxosStorage<T, S> {
  override setStopsign(stopsign: StopSign | undefined): void {
    super.setStopsign(stopsign?.nextConfig ? stopsign : undefined)
  }
}

export const badStopsignClears: Mutant = {
  bug: 'What is no stop sign clears the one before.',
  caughtBy: ['PAXOS-STOPSIGN-005'],
  createAdapter: healthy,
  parts: { createPaxosStorage: (log, options) => new BadStopsignClears(log, options) },
}
