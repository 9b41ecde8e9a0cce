/** Which error the contracts have for a suffix that a stranger's storage has refused to replace. */
import { CompactedError, LogGapError } from '../../errors.ts'

/** Where the log is. */
export interface LogBounds {
  readonly firstIndex: number
  readonly nextIndex: number
  readonly compactedIndex: number
}

/** `undefined`: nothing is wrong with where it begins. */
export function replacementRefusal(
  from: number,
  entries: readonly unknown[],
  { firstIndex, nextIndex, compactedIndex }: LogBounds,
): Error | undefined {
  if (from < firstIndex || from < compactedIndex)
    return new CompactedError({ index: from, firstIndex, compactedIndex })
  return from > nextIndex && entries.length > 0 ? new LogGapError({ index: from, nextIndex }) : undefined
}
