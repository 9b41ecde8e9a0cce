/** Histories of Paxos storage, with calls left out. Pure. */
import type { HistoryOperation, ValueOp } from '../../history.ts'
import type { FullCapabilities } from '../../kit/capabilities.ts'
import { LogModel } from '../../model.ts'
import { expectedOutcome, type IssuedOperation } from '../../oracle.ts'
import { mayEmpty } from '../../promised-history.ts'
import type { Step } from './shrink-script.ts'

/** The calls of one process, on a log that was as `start` says. */
export function stepsOf(
  start: LogModel<string>,
  issued: readonly IssuedOperation[],
): Step<HistoryOperation>[] {
  const model = start.clone()
  return issued.map(({ operation }) => {
    const end = model.view().nextIndex
    expectedOutcome(model, operation)
    return { operation, end }
  })
}

/**
 * On an empty log: what was said of the log's end is said of where it ends now. None at all when that is no history for a storage
 * with these `capabilities`, which may forget where it ended when it holds no entries.
 */
export function rebase(
  steps: readonly Step<HistoryOperation>[],
  capabilities: FullCapabilities | undefined,
): HistoryOperation[] {
  const model = new LogModel<string>()
  const operations: HistoryOperation[] = []
  for (const { operation, end } of steps) {
    const place = model.view()
    const next = shifted(operation, place.nextIndex - end)
    if (capabilities?.endRemembered === false && opsOf(next).some((op) => mayEmpty(op, place))) return []
    expectedOutcome(model, next)
    operations.push(next)
  }
  return operations
}

function opsOf(operation: HistoryOperation): readonly ValueOp[] {
  if (operation.kind === 'writeAtomically') return operation.ops
  const isOp = !['flush', 'reopen', 'getEntries'].includes(operation.kind)
  return isOp ? [operation as ValueOp] : []
}

/** With less in it, the least first. */
export function simpler(operation: HistoryOperation): HistoryOperation[] {
  switch (operation.kind) {
    case 'appendEntries':
    case 'appendOnPrefix':
      return [1, 2]
        .filter((count) => count < operation.entries.length)
        .map((count) => ({ ...operation, entries: operation.entries.slice(0, count) }))
    case 'writeAtomically':
      return operation.ops.length < 2
        ? []
        : operation.ops.map((_, at) => ({ ...operation, ops: operation.ops.toSpliced(at, 1) }))
    default:
      return []
  }
}

function shifted(operation: HistoryOperation, by: number): HistoryOperation {
  if (operation.kind === 'writeAtomically')
    return { ...operation, ops: operation.ops.map((op) => shiftedOp(op, by)) }
  if (operation.kind === 'getEntries')
    return { ...operation, from: moved(operation.from, by), to: moved(operation.to, by) }
  return operation.kind === 'flush' || operation.kind === 'reopen' ? operation : shiftedOp(operation, by)
}

function shiftedOp(op: ValueOp, by: number): ValueOp {
  switch (op.kind) {
    case 'appendOnPrefix':
      return { ...op, from: moved(op.from, by) }
    case 'setDecidedIdx':
      // Index 0 is that of a storage which has none.
      return { ...op, index: Math.max(1, op.index + by) }
    case 'setCompactedIdx':
      return { ...op, index: moved(op.index, by) }
    case 'trim':
      return { ...op, upTo: moved(op.upTo, by) }
    default:
      return op
  }
}

function moved(index: number, by: number): number {
  return Math.max(0, index + by)
}
