import type { LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class FloorTrims extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    const both = ops.flatMap((op): LogOp[] =>
      op?.kind === 'compact' ? [op, { kind: 'trim', upTo: op.index }] : [op],
    )
    this.inner.commit(both, operation)
  }
}

export const floorTrims: Mutant = {
  bug: 'Raising the floor removes the entries below it at once.',
  caughtBy: ['LOG-COMPACT-001', 'LOG-REPLACE-009'],
  createAdapter: wrapping(FloorTrims),
}
