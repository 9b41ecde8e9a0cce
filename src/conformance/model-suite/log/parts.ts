/** How operations of Paxos storage are made less: batches, lists of entries, and values. Pure. */
import type { ValueOp } from '../../history.ts'
import { partsLeft, type StepParts, smallValue } from '../scenario.ts'
import type { ModelStep } from './history.ts'

export const logParts: StepParts<ModelStep> = { partsOf, cutTo, withSmallValues }

function partsOf(step: ModelStep): number {
  if (step.kind === 'writeAtomically') return step.ops.length
  return step.kind === 'appendEntries' || step.kind === 'appendOnPrefix' ? step.entries.length : 0
}

function cutTo(step: ModelStep, parts: readonly number[]): ModelStep {
  if (step.kind === 'writeAtomically') return { ...step, ops: partsLeft(step.ops, parts) }
  if (step.kind !== 'appendEntries' && step.kind !== 'appendOnPrefix') return step
  return { ...step, entries: partsLeft(step.entries, parts) }
}

function withSmallValues(step: ModelStep): ModelStep {
  if (step.kind === 'writeAtomically') return { ...step, ops: step.ops.map(smallOp) }
  return isValueOp(step) ? smallOp(step) : step
}

function isValueOp(step: ModelStep): step is ValueOp {
  return !['flush', 'reopen', 'crash', 'getEntries', 'writeAtomically'].includes(step.kind)
}

function smallOp(op: ValueOp): ValueOp {
  switch (op.kind) {
    case 'appendEntry':
      return { ...op, entry: smallValue(op.entry) }
    case 'appendEntries':
    case 'appendOnPrefix':
      return { ...op, entries: op.entries.map(smallValue) }
    case 'setSnapshot':
      return { ...op, snapshot: op.snapshot && smallValue(op.snapshot) }
    default:
      return op
  }
}
