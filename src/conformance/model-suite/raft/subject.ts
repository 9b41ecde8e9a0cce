/** Raft storage of another make, as a trial asks it and judges it. */
import type { LogAdapter } from '../../adapter.ts'
import { labelOfValue } from '../../history-model.ts'
import {
  applyOperation,
  blankState,
  labelOfEntry,
  type RaftLogState,
  type RaftState,
  textOf,
} from '../../kill-raft/model.ts'
import { type NodeOperation, performOnNode } from '../../kill-raft/node.ts'
import { openRaft } from '../../kill-raft/opened.ts'
import { judgeRaft, type RaftView } from '../../kill-raft/oracle.ts'
import { viewOf } from '../../kill-raft/perform.ts'
import { describeState } from '../../kill-raft/story.ts'
import type { OpenSubject, Shown, TrialSubject } from '../subject.ts'
import type { RaftStep } from './history.ts'
import { lookAtRaft } from './look.ts'

export function createRaftSubject(adapter: LogAdapter): TrialSubject<NodeOperation, RaftState> {
  const { capabilities } = adapter
  return {
    capabilities,
    blank: blankState,
    // What is not promised is not in a history, whole or cut.
    isPromised: () => true,
    apply: (model, operation) => {
      const { state, durable, outcome } = applyOperation(model, operation, capabilities)
      return { model: state, outcome, isDurable: durable !== 'nothing' || state.log === model.log }
    },
    crashed: (model) => model,
    labelsIn: labelsInStep,
    labelsOf: (model) => labelsOfLog(model.log),
    open: (directory) => openNode(adapter, directory),
    read: (directory) => {
      const recovered = { ...readOnce(adapter, directory), again: readOnce(adapter, directory) }
      return {
        shown: shownOf(recovered.state),
        judge: (start, issued) => judgeRaft(start, issued, recovered, capabilities),
      }
    },
  }
}

/** Entries, term and vote, and the boundary, as {@link labelsOfLog} has them. */
export function labelsInStep(step: RaftStep): string[] {
  const entries = 'entries' in step ? step.entries : []
  const place = step.kind === 'purge' ? step.upTo : step.kind === 'installSnapshot' ? step.at : undefined
  return [
    ...entries.map(({ index, term, kind, value }) =>
      textOf({ index, term, label: labelOfEntry(kind, labelOfValue(value)) }),
    ),
    ...('state' in step ? [voteLabel(step.state)] : []),
    ...(place === undefined ? [] : [boundaryLabel(place)]),
  ]
}

function labelsOfLog(log: RaftLogState): ReadonlySet<string> {
  return new Set([...log.entries.map(textOf), voteLabel(log), boundaryLabel(log.boundary)])
}

function voteLabel({ currentTerm, votedFor }: Pick<RaftLogState, 'currentTerm' | 'votedFor'>): string {
  return `vote ${JSON.stringify([currentTerm, votedFor])}`
}

function boundaryLabel({ index, term }: RaftLogState['boundary']): string {
  return `boundary ${index} of term ${term}`
}

function openNode(adapter: LogAdapter, directory: string): OpenSubject<NodeOperation, RaftState> {
  const opened = openRaft(adapter, directory)
  const { log } = opened.log
  return {
    perform: (operation) => performOnNode(opened, operation),
    look: (model, { when }) => {
      const view = viewOf(opened, [])
      const finding = lookAtRaft(opened, view, { model: model.log, when, capabilities: adapter.capabilities })
      return { shown: shownOf(view.state), finding }
    },
    audit: () => log.audit().map((finding) => JSON.stringify(finding)),
    close: () => opened.close(),
    abandon: () => log.abandon(),
  }
}

function readOnce(adapter: LogAdapter, directory: string): RaftView {
  const opened = openRaft(adapter, directory)
  try {
    return viewOf(opened, [])
  } finally {
    opened.close()
  }
}

function shownOf(state: RaftState): Shown {
  return { lines: describeState(state), labels: labelsOfLog(state.log) }
}
