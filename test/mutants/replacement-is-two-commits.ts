import type { LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class ReplacementIsTwoCommits extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    const [op] = ops
    if (ops.length === 1 && op?.kind === 'replaceSuffix' && op.from < this.inner.nextIndex) {
      this.inner.commit([{ ...op, entries: [] }], operation)
      this.inner.commit([{ kind: 'append', entries: op.entries }], operation)
    } else this.inner.commit(ops, operation)
  }
}

export const replacementIsTwoCommits: Mutant = {
  bug: 'A replacement is a truncation, and then an append.',
  caughtBy: ['LOG-REPLACE-014', 'LOG-CRASH-011', 'PAXOS-PREFIX-010'],
  createAdapter: wrapping(ReplacementIsTwoCommits),
}
