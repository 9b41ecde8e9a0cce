import type { LogOp } from '../../src/log/index.ts'
import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class OperationNotPassedOn extends WrappedLog {
  override commit(ops: readonly LogOp[]): void {
    this.inner.commit(ops)
  }
}

export const operationNotPassedOn: Mutant = {
  bug: 'What the engine called the operation is lost on the way to errors and metrics.',
  caughtBy: ['LOG-FAULT-011', 'PAXOS-FAULT-023', 'PAXOS-META-007'],
  createAdapter: wrapping(OperationNotPassedOn),
}
