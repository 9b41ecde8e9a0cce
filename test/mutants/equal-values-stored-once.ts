import type { LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class EqualValuesStoredOnce extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    const [op] = ops
    const last = this.inner.get(Math.max(0, this.inner.nextIndex - 1))
    const isRetry = op?.kind === 'append' && ops.length === 1 && op.entries.length === 1
    if (isRetry && last !== undefined && Buffer.from(last).equals(op.entries[0] ?? new Uint8Array(1))) return
    this.inner.commit(ops, operation)
  }
}

export const equalValuesStoredOnce: Mutant = {
  bug: 'An append of the value that is last in the log already is taken for a retry, and dropped.',
  caughtBy: ['LOG-APPEND-004', 'PAXOS-APPEND-007'],
  createAdapter: wrapping(EqualValuesStoredOnce),
}
