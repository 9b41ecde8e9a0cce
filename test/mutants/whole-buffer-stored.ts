import type { LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class WholeBufferStored extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    const whole = ops.map((op) =>
      op?.kind === 'append'
        ? { ...op, entries: op.entries.map((entry) => new Uint8Array(entry.buffer)) }
        : op,
    )
    this.inner.commit(whole, operation)
  }
}

export const wholeBufferStored: Mutant = {
  bug: 'Of a view the whole buffer beneath it is stored.',
  caughtBy: ['LOG-APPEND-009'],
  createAdapter: wrapping(WholeBufferStored),
}
