import { MemoryMedium } from '../../src/log/memory/memory-medium.ts'
import { type Mutant, onMedium } from './mutant.ts'

class PoisonStopsWritesAlone extends MemoryMedium {
  override assertUsable(operation: string): void {
    if (!(this.isPoisoned && /^(read|get|walk|audit)/.test(operation))) super.assertUsable(operation)
  }
}

export const poisonStopsWritesAlone: Mutant = {
  bug: 'A poisoned log still answers reads.',
  caughtBy: ['LOG-POISON-002', 'PAXOS-FAULT-024'],
  createAdapter: onMedium(PoisonStopsWritesAlone),
}
