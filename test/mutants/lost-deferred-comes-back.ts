import type { DeferrableOp, LogOp, LogStore } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

/** A journal beside the log, which nobody empties when the log was not closed. */
function createAdapter() {
  let journal: DeferrableOp[] = []

  class LostDeferredComesBack extends WrappedLog {
    readonly #lost: readonly DeferrableOp[]

    constructor(openInner: () => LogStore) {
      super(openInner)
      this.#lost = journal
      journal = []
    }

    override defer(ops: readonly DeferrableOp[], operation?: string): void {
      this.inner.defer(ops, operation)
      journal.push(...ops)
    }

    override commit(ops: readonly LogOp[], operation?: string): void {
      this.inner.commit([...this.#lost, ...ops], operation)
      journal = []
    }

    override flush(): void {
      this.inner.flush()
      journal = []
    }

    override close(): void {
      this.inner.close()
      journal = []
    }
  }
  return wrapping(LostDeferredComesBack)()
}

export const lostDeferredComesBack: Mutant = {
  bug: 'A deferred write that a crash took is written by a commit after it.',
  caughtBy: ['LOG-CRASH-003', 'LOG-CRASH-008'],
  createAdapter,
}
