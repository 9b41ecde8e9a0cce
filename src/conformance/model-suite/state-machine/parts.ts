/** How calls of a state machine are made less: chunks, snapshots, and values. Pure. */
import type { ModelEntry } from '../../state-machine/model.ts'
import { partsLeft, type StepParts } from '../scenario.ts'
import type { StateStep } from './history.ts'

export const stateParts: StepParts<StateStep> = { partsOf, cutTo, withSmallValues }

function partsOf(step: StateStep): number {
  if (step.kind === 'apply') return step.through - step.from + 1
  return step.kind === 'install' ? (step.entries?.length ?? 0) : 0
}

function cutTo(step: StateStep, parts: readonly number[]): StateStep {
  if (step.kind !== 'apply' && step.kind !== 'install') return step
  const entries = partsLeft(step.entries ?? [], parts)
  return step.kind === 'install'
    ? { ...step, entries }
    : { ...step, entries, through: step.from + entries.length - 1 }
}

function withSmallValues(step: StateStep): StateStep {
  if (step.kind !== 'apply' && step.kind !== 'install') return step
  return { ...step, entries: (step.entries ?? []).map(withSmallValue) }
}

const smallLength = 8

function withSmallValue(entry: ModelEntry): ModelEntry {
  const { command } = entry
  if (command.kind !== 'put' && command.kind !== 'cas') return entry
  return { ...entry, command: { ...command, value: command.value.slice(0, smallLength) } }
}
