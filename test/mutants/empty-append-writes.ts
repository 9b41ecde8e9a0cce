import type { LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class EmptyAppendWrites extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    const written = ops.map((op) =>
      op?.kind === 'append' && op.entries?.length === 0 ? { ...op, entries: [new Uint8Array()] } : op,
    )
    this.inner.commit(written, operation)
  }
}

export const emptyAppendWrites: Mutant = {
  bug: 'An append of no entries writes one of no bytes.',
  caughtBy: ['LOG-APPEND-003', 'PAXOS-APPEND-004'],
  createAdapter: wrapping(EmptyAppendWrites),
}
