/** Histories of Raft storage of another make: what the Raft kill suite calls, in this process. */
import type { LogAdapter } from '../../adapter.ts'
import type { ContractParts } from '../../contract/index.ts'
import type { RaftCalls } from '../../kill-raft/calls.ts'
import { describeOperation } from '../../kill-raft/explain.ts'
import { applyOperation, blankState } from '../../kill-raft/model.ts'
import { callsOn } from '../../kill-raft/opened.ts'
import { createSoundAdapter, isCommitKept } from '../../kill-raft/sound.ts'
import type { ModelEngine } from '../engine.ts'
import { runModelTrial } from '../trial.ts'
import { asCall, createRaftHistory, pickRaftSteps, type RaftStep } from './history.ts'
import { raftParts } from './parts.ts'
import { createRaftSubject, labelsInStep } from './subject.ts'

/**
 * Opens the storage once, to see what may be asked of it. `parts`: in place of the adapter's own.
 * @throws whatever it throws when it cannot be opened
 */
export function createRaftEngine(whole: LogAdapter, parts: ContractParts | undefined): ModelEngine<RaftStep> {
  // They are files of their own, and no calls of the log.
  const adapter = { ...whole, snapshots: false, parts: { ...whole.parts, ...parts } }
  const subject = createRaftSubject(adapter)
  const calls = callsOn(adapter)
  return {
    createHistory: (which) => createRaftHistory(which, calls),
    run: (steps, home) => runModelTrial(subject, steps, home),
    pick: pickRaftSteps,
    partsOf: raftParts.partsOf,
    withSmallValues: raftParts.withSmallValues,
    isSound: async (steps, home) => isLawful(steps, calls) && (await isKept(steps, home)),
    tellerOf: () => ({
      describe: (step) => (step.kind === 'crash' ? 'crash' : describeOperation(step)),
      isRead: ({ kind }) => kind === 'entries',
      labelsIn: labelsInStep,
    }),
  }
}

/** Whether right storage keeps it: Holdfast's own, in memory, of which an ack is never taken back. */
async function isKept(steps: readonly RaftStep[], home: string | undefined): Promise<boolean> {
  if (!isCommitKept(steps.map(asCall))) return false
  const subject = createRaftSubject(createSoundAdapter(false))
  return (await runModelTrial(subject, steps, home)).findings.length === 0
}

/** An engine saves a term before it writes anything of it, and leaves no log without entries where that is not promised. */
function isLawful(steps: readonly RaftStep[], { emptying }: RaftCalls): boolean {
  let state = blankState
  return steps.every((step) => {
    state = applyOperation(state, asCall(step)).state
    const { boundary, entries, currentTerm = 0 } = state.log
    if (!emptying && boundary.index > 0 && entries.length === 0) return false
    return [...entries, boundary].every(({ term }) => term <= currentTerm)
  })
}
