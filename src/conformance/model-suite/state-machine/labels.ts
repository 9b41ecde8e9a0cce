/** Parts of a state by name, so that a story can tell which calls can still be seen in what is there. Pure. */
import type { ModelView } from '../../state-machine/model.ts'
import type { StateStep } from './history.ts'
import type { HistoryLog } from './history-log.ts'

/** Every entry that is applied, each row, and the membership. */
export function labelsOfView({ index, rows, membership }: ModelView): ReadonlySet<string> {
  const entries = Array.from({ length: index }, (_, at) => `entry ${at + 1}`)
  return new Set([...entries, ...rows.map((row) => JSON.stringify(row)), JSON.stringify(membership ?? null)])
}

/** What the entries of the step led to. */
export function labelsInStep(step: StateStep, log: HistoryLog): string[] {
  if (step.kind !== 'apply' && step.kind !== 'install') return []
  const from = step.kind === 'apply' ? step.from : step.through
  return log.entries(from, step.through).flatMap(({ index, command }) => {
    const { rows, membership } = log.at(index).view
    const row = 'key' in command ? rows.find(({ key }) => key === command.key) : undefined
    return [
      `entry ${index}`,
      ...(row === undefined ? [] : [JSON.stringify(row)]),
      ...(command.kind === 'config' ? [JSON.stringify(membership ?? null)] : []),
    ]
  })
}
