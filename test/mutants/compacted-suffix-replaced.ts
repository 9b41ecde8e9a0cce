import type { LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class CompactedSuffixReplaced extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    const lowest = Math.max(this.inner.firstIndex, this.inner.compactedIndex)
    const cut = ops.map((op) =>
      op?.kind === 'replaceSuffix' ? { ...op, from: Math.max(op.from, lowest) } : op,
    )
    this.inner.commit(cut, operation)
  }
}

export const compactedSuffixReplaced: Mutant = {
  bug: 'A replacement below what was trimmed or compacted is cut to what is allowed, and done.',
  caughtBy: ['LOG-REPLACE-008', 'LOG-REPLACE-009', 'PAXOS-PREFIX-005'],
  createAdapter: wrapping(CompactedSuffixReplaced),
}
