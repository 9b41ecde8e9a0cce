/** What the rot suite damages: a log, or anything else that can be made, read and compared. */
import type { LogAdapter } from '../adapter.ts'

export interface MakingOptions {
  readonly seed: number
  /** Of the history that comes first. */
  readonly operations: number
}

/** A view is what was read of it once: plain values. */
export interface RotSubject {
  readonly adapter: LogAdapter
  /** Opens the copies. Answers `CheckAnswer`s. */
  readonly checker: URL
  /** Writes a store in `directory`, with whatever its files can hold, and closes it. */
  make(directory: string, options: MakingOptions): Promise<void>
  /** What was read at first, and when it was opened again. */
  viewsOf(recovered: unknown): readonly unknown[]
  /** What its audit found, in words. */
  auditOf(recovered: unknown): readonly string[]
  /** Whether `found` is what `sound` was, but for what its audit tells of. */
  isSame(sound: unknown, found: unknown): boolean
  /** Why `wrong` is not what `sound` was, in words. */
  compare(sound: unknown, wrong: unknown): string
  /** One part a line. */
  describe(view: unknown): string[]
}
