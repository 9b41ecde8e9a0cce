import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class OwnerStaysAfterAbandon extends WrappedLog {
  override abandon(): void {
    this.inner.stats()
  }
}

export const ownerStaysAfterAbandon: Mutant = {
  bug: 'The owner is not given up by abandon().',
  caughtBy: ['LOG-OWNER-003'],
  createAdapter: wrapping(OwnerStaysAfterAbandon),
}
