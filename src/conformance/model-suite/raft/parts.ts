/** How calls of Raft storage are made less: lists of entries, and values. Pure. */
import type { NamedEntry } from '../../kill-raft/history.ts'
import { partsLeft, type StepParts, smallValue } from '../scenario.ts'
import type { RaftStep } from './history.ts'

export const raftParts: StepParts<RaftStep> = {
  partsOf: (step) => ('entries' in step ? step.entries.length : 0),
  cutTo: (step, parts) =>
    'entries' in step ? { ...step, entries: closed(partsLeft(step.entries, parts), step.entries) } : step,
  withSmallValues: (step) =>
    'entries' in step ? { ...step, entries: step.entries.map(withSmallValue) } : step,
}

/** Without gaps, from where the whole list begins: no list of an engine has any. */
function closed(left: readonly NamedEntry[], [first]: readonly NamedEntry[]): NamedEntry[] {
  return left.map((entry, at) => ({ ...entry, index: (first?.index ?? 1) + at }))
}

function withSmallValue(entry: NamedEntry): NamedEntry {
  return { ...entry, value: smallValue(entry.value) }
}
