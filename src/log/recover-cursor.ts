/** What a log knows of itself when it is opened. */
import { CorruptionError } from '../errors.ts'
import type { Cursor } from './cursor.ts'
import type { LogMedium } from './medium.ts'

/** The stored cursor, compared with the ends of what is stored. Takes the same time for a long log as for a short one. */
export function recoverCursor(medium: LogMedium): Cursor {
  const cursor = medium.loadCursor()
  const { denseFrom, end } = cursor
  const last = medium.lastStoredIndex()
  if (last !== undefined && last >= end) {
    throw new CorruptionError(
      { log: medium.name, index: last },
      `an entry is stored at ${last}, and the log ends before ${end}`,
    )
  }
  for (const index of denseFrom < end ? [denseFrom, end - 1] : []) {
    if (medium.storedIndexes(index, index + 1, 1).length === 0) {
      throw new CorruptionError(
        { log: medium.name, index },
        `entry ${index} is missing between ${denseFrom} and ${end}`,
      )
    }
  }
  return cursor
}
