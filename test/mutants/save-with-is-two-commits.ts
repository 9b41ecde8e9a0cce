import type { LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class TwoCommits extends WrappedLog {
  override commit(ops: readonly LogOp[], operation?: string): void {
    const isState = ({ kind }: LogOp): boolean => kind === 'setMeta' || kind === 'deleteMeta'
    const state = ops.filter(isState)
    if (operation !== 'save_with' || state.length === ops.length) this.inner.commit(ops, operation)
    else {
      this.inner.commit(state, operation)
      this.inner.commit(
        ops.filter((op) => !isState(op)),
        operation,
      )
    }
  }
}

export const saveWithIsTwoCommits: Mutant = {
  bug: 'saveWith writes the state, and then the entries.',
  caughtBy: ['RAFT-HARDSTATE-007'],
  createAdapter: wrapping(TwoCommits),
}
