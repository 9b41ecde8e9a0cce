/** What generated operations mean to the model, whose values are labels: the words that findings and reports use too. */
import type { Ballot } from '../paxos/index.ts'
import type { HistoryOperation, NamedValue, ValueOp } from './history.ts'
import type { LogModel, ModelDeferrableOp, ModelOp } from './model.ts'

/** As views, findings and failure reports show it. */
export function labelOfValue({ number, size }: NamedValue): string {
  return size === 0 ? 'value of 0 bytes' : `value ${number} of ${size} bytes`
}

/** The labels of every value, ballot and so on that the operation would store. */
export function labelsIn(operation: HistoryOperation): string[] {
  return modelOpsOf(operation).flatMap((op) => {
    if (op.kind === 'setMeta') return [op.value]
    return op.kind === 'append' || op.kind === 'replaceSuffix' ? op.entries : []
  })
}

const deferredKinds: readonly string[] = ['setDecidedIdx', 'setCompactedIdx', 'trim', 'setSnapshot']

/** Whether everything before and with it is durable when it returns. */
export function isCommit(operation: HistoryOperation): boolean {
  if (operation.kind === 'getEntries') return false
  if (operation.kind === 'writeAtomically')
    return !operation.ops.every(({ kind }) => deferredKinds.includes(kind))
  return !deferredKinds.includes(operation.kind)
}

/** Does it to the model: durable, with everything before it, where `isDurable`. @throws {ModelRefusal} */
export function applyToModel(
  model: LogModel<string>,
  operation: HistoryOperation,
  isDurable: boolean = isCommit(operation),
): void {
  if (operation.kind === 'getEntries') return
  if (operation.kind === 'flush' || operation.kind === 'reopen') {
    model.flush()
    return
  }
  const ops = modelOpsOf(operation)
  if (isDurable) model.commit(ops)
  else model.defer(ops as ModelDeferrableOp<string>[])
}

/** What it does to the log: nothing, or one operation, or those of a batch. */
export function modelOpsOf(operation: HistoryOperation): ModelOp<string>[] {
  if (operation.kind === 'flush' || operation.kind === 'reopen' || operation.kind === 'getEntries') return []
  const ops = operation.kind === 'writeAtomically' ? operation.ops : [operation]
  return ops.map(modelOpOf)
}

function modelOpOf(op: ValueOp): ModelOp<string> {
  switch (op.kind) {
    case 'appendEntry':
      return { kind: 'append', entries: [labelOfValue(op.entry)] }
    case 'appendEntries':
      return { kind: 'append', entries: op.entries.map(labelOfValue) }
    case 'appendOnPrefix':
      return { kind: 'replaceSuffix', from: op.from, entries: op.entries.map(labelOfValue) }
    case 'setPromise':
      return { kind: 'setMeta', key: 'promise', value: labelOfBallot(op.ballot) }
    case 'setAcceptedRound':
      return { kind: 'setMeta', key: 'accepted round', value: labelOfBallot(op.ballot) }
    case 'setStopsign':
      return metaOp('stop sign', op.stopsign && JSON.stringify(op.stopsign))
    case 'setDecidedIdx':
      return { kind: 'setMeta', key: 'decided index', value: String(op.index) }
    case 'setSnapshot':
      return metaOp('snapshot', op.snapshot && labelOfValue(op.snapshot))
    case 'setCompactedIdx':
      return { kind: 'compact', index: op.index }
    case 'trim':
      return { kind: 'trim', upTo: op.upTo }
    default:
      return op satisfies never
  }
}

function metaOp(key: string, value: string | undefined): ModelOp<string> {
  return value === undefined ? { kind: 'deleteMeta', key } : { kind: 'setMeta', key, value }
}

/** Rounds compare by their fields in this order. */
export function labelOfBallot({ configId, n, priority, pid }: Ballot): string {
  return `${configId}.${n}.${priority}.${pid}`
}
