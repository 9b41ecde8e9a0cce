/** The histories of Raft storage: calls that a seed decides, and the moments at which it is crashed. Pure. */

import type { HardState } from '../../../raft/index.ts'
import type { RaftCalls } from '../../kill-raft/calls.ts'
import { RaftHistoryGenerator, type RaftHistoryOperation, type RaftPlace } from '../../kill-raft/history.ts'
import { applyOperation, blankState, lastOf, type RaftLogState } from '../../kill-raft/model.ts'
import type { NodeOperation } from '../../kill-raft/node.ts'
import { rebase, stepsOf } from '../../kill-raft/script.ts'
import { SeededRandom } from '../../random.ts'
import { type KeptStep, pickSteps } from '../scenario.ts'
import type { ReopenStep } from '../subject.ts'
import { type CrashStep, generateSteps, type WhichHistory } from '../themes.ts'
import { raftParts } from './parts.ts'

/** One call, or a crash. */
export type RaftStep = NodeOperation | ReopenStep | CrashStep

/** Makes history `number` of `theme`, the same one for the same seed, of those calls alone. */
export function createRaftHistory({ seed, theme, number }: WhichHistory, calls: RaftCalls): RaftStep[] {
  const random = new SeededRandom(seed, `model ${theme} ${number}`)
  const generator = new RaftHistoryGenerator(random, 1, calls)
  let state = blankState
  return generateSteps<NodeOperation | ReopenStep>(theme, random, {
    generate: () => withoutSnapshots(generator.next(placeOf(state.log))),
    take: (step) => {
      state = applyOperation(state, asCall(step)).state
    },
  })
}

/** The steps that are left, as they are when no others come before them. `undefined`: the history has no such step. */
export function pickRaftSteps(
  history: readonly RaftStep[],
  kept: readonly KeptStep[],
): RaftStep[] | undefined {
  const picked = pickSteps(history, kept, raftParts)
  const whole = stepsOf(
    blankState,
    history.map((step) => ({ operation: asCall(step), outcome: undefined })),
  )
  const steps = picked?.map((step, at) => ({
    operation: asCall(step),
    end: whole[kept[at]?.step ?? 0]?.end ?? 0,
  }))
  return (
    steps &&
    rebase(steps).map((moved, at) =>
      picked?.[at]?.kind === 'crash' ? { kind: 'crash' } : withoutSnapshots(moved),
    )
  )
}

/** To a log that keeps everything, a crash is what closing and opening is. */
export function asCall(step: RaftStep): RaftHistoryOperation {
  return step.kind === 'crash' ? { kind: 'reopen' } : step
}

/** Storage of another make has none, and is asked for none. */
function withoutSnapshots(operation: RaftHistoryOperation): NodeOperation | ReopenStep {
  if (operation.kind !== 'takeSnapshot' && operation.kind !== 'receiveSnapshot') return operation
  throw new Error(`A history without snapshots has ${operation.kind}`)
}

/** What generating needs to know of storage that is as the model says. */
function placeOf(log: RaftLogState): RaftPlace {
  const { boundary, entries, currentTerm, votedFor, commit } = log
  const hardState: HardState | undefined =
    currentTerm === undefined ? undefined : { currentTerm, votedFor, commit }
  return {
    ...{ boundary, hardState, last: lastOf(log), newestSnapshot: undefined },
    termAt: (index) => (entries.find((entry) => entry.index === index) ?? boundary).term,
  }
}
