import { PoisonedError } from '../../src/errors.ts'
import { MemoryMedium } from '../../src/log/memory/memory-medium.ts'
import { type Mutant, onMedium } from './mutant.ts'

class NoPoison extends MemoryMedium {
  override get isPoisoned(): boolean {
    return false
  }

  override assertUsable(operation: string): void {
    try {
      super.assertUsable(operation)
    } catch (error) {
      if (!(error instanceof PoisonedError)) throw error
    }
  }
}

export const noPoison: Mutant = {
  bug: 'A write that left the medium in doubt does not poison.',
  caughtBy: ['LOG-FAULT-002', 'LOG-FAULT-004', 'LOG-FAULT-005', 'LOG-POISON-001', 'PAXOS-FAULT-024'],
  createAdapter: onMedium(NoPoison),
}
