import { WriteFailedError } from '../../src/errors.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class FailedFlushDropsDeferred extends WrappedLog {
  override flush(): void {
    try {
      this.inner.flush()
    } catch (error) {
      if (error instanceof WriteFailedError && !error.inDoubt) this.dropDeferred()
      throw error
    }
  }
}

export const failedFlushDropsDeferred: Mutant = {
  bug: 'A flush that fails cleanly drops what it was to write.',
  caughtBy: ['LOG-FAULT-007'],
  createAdapter: wrapping(FailedFlushDropsDeferred),
}
