/** Removes what no CURRENT names any more. What is not removed now means nothing, and is removed by the next open. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { removeFile } from '../../files/index.ts'
import type { Current } from './current-file.ts'
import { checkpointIn, checkpointName, currentName, isOurs } from './file-names.ts'
import { type FilePlace, hit } from './place.ts'
import { segmentName, sequenceIn } from './segment-header.ts'

/**
 * Removes everything of ours but what `current` names and the segments up to `lastSegment`. Nothing may be at work in the directory.
 * @returns the names of what was removed
 */
export function clearLeftovers(place: FilePlace, current: Current, lastSegment: number): string[] {
  const leftovers = readdirSync(place.directory).filter((name) => {
    const sequence = sequenceIn(name)
    if (sequence !== undefined) return sequence < current.firstSegment || sequence > lastSegment
    const number = checkpointIn(name)
    if (number !== undefined) return number !== current.checkpoint?.number
    return isOurs(name) && name !== currentName
  })
  return removeAll(place, leftovers)
}

/** Removes what `before` named and `current`, which is durable, does not. */
export function clearReplaced(place: FilePlace, before: Current, current: Current): void {
  const count = current.firstSegment - before.firstSegment
  const segments = Array.from({ length: count }, (_, at) => segmentName(before.firstSegment + at))
  const checkpoint = before.checkpoint === undefined ? [] : [checkpointName(before.checkpoint.number)]
  removeAll(place, [...checkpoint, ...segments])
}

export function removeIfThere(path: string): void {
  try {
    removeFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

function removeAll(place: FilePlace, names: readonly string[]): string[] {
  if (names.length > 0) hit(place, 'state.files.clear.before')
  for (const name of names) {
    hit(place, 'state.files.clear.one')
    removeIfThere(join(place.directory, name))
  }
  return [...names]
}
