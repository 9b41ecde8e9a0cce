import type { DeferrableOp, LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class TrimOffByOne extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    this.inner.commit(ops.map(oneMore), operation)
  }

  override defer(ops: readonly DeferrableOp[], operation?: string): void {
    this.inner.defer(
      ops.map((op) => oneMore(op) as DeferrableOp),
      operation,
    )
  }
}

function oneMore(op: LogOp): LogOp {
  return op.kind === 'trim' ? { ...op, upTo: op.upTo + 1 } : op
}

export const trimOffByOne: Mutant = {
  bug: 'A trim takes the entry at its bound too.',
  caughtBy: ['LOG-TRIM-001', 'LOG-TRIM-002'],
  createAdapter: wrapping(TrimOffByOne),
}
