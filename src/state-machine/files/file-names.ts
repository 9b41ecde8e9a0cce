/** What a state machine's files are called. Nothing else in its directory is ours, and nothing else is touched. */
import { sequenceIn } from './segment-header.ts'

export const currentName = 'CURRENT'
/** After the name of what is being written: it means nothing, and is cleared when it is found. */
export const stagingSuffix = '.staging'
const checkpointPattern = /^checkpoint-(\d{16})$/

export function checkpointName(number: number): string {
  return `checkpoint-${String(number).padStart(16, '0')}`
}

export function checkpointIn(name: string): number | undefined {
  const found = checkpointPattern.exec(name)
  return found === null ? undefined : Number(found[1])
}

/** Whether the file is ours, finished or not. */
export function isOurs(name: string): boolean {
  const finished = name.endsWith(stagingSuffix) ? name.slice(0, -stagingSuffix.length) : name
  return (
    finished === currentName || sequenceIn(finished) !== undefined || checkpointIn(finished) !== undefined
  )
}
