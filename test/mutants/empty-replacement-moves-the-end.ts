import type { LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class EmptyReplacementMovesTheEnd extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    for (const op of ops) {
      if (op?.kind !== 'replaceSuffix' || op.entries?.length !== 0 || op.from > 1000) continue
      const missing = op.from - this.inner.nextIndex
      if (missing > 0) {
        this.inner.commit([
          { kind: 'append', entries: Array.from({ length: missing }, () => new Uint8Array()) },
        ])
      }
    }
    this.inner.commit(ops, operation)
  }
}

export const emptyReplacementMovesTheEnd: Mutant = {
  bug: 'replaceSuffix() beyond the end, without entries, moves nextIndex there.',
  caughtBy: ['LOG-REPLACE-006', 'PAXOS-PREFIX-003'],
  createAdapter: wrapping(EmptyReplacementMovesTheEnd),
}
