import type { LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class OverwriteKeepsTheTail extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    const kept = ops.map((op) => {
      if (op?.kind !== 'replaceSuffix' || !(op.entries?.length > 0)) return op
      const tail = this.inner.read(op.from + op.entries.length, this.inner.nextIndex)
      return { ...op, entries: [...op.entries, ...tail] }
    })
    this.inner.commit(kept, operation)
  }
}

export const overwriteKeepsTheTail: Mutant = {
  bug: 'A replacement overwrites in place: what it does not reach stays.',
  caughtBy: ['LOG-REPLACE-002', 'PAXOS-PREFIX-002'],
  createAdapter: wrapping(OverwriteKeepsTheTail),
}
