/** State machines with a planted bug that the model suite catches, and how. `docs/mutants.md` has them too. */
import type { ModelTheme } from '../../../src/conformance/model-suite/index.ts'

/** By the bug, as `test/state-machine/mutants.ts` has it. The operations are what is left of the history, at most: with seed 1. */
export const plantedStates: readonly (readonly [string, ModelTheme, operations: number, rule: string])[] = [
  ['a swap that failed is put again by recovery', 'crashes', 2, 'partial'],
  ['the applied index is on the disk one chunk after the data', 'calls', 1, 'outcome'],
  ['a chunk is written in halves', 'calls', 1, 'outcome'],
  ['a crash makes leased keys permanent', 'crashes', 1, 'partial'],
  ['a snapshot is installed without its leases', 'calls', 1, 'outcome'],
  ['putting without a time to live keeps the old lease', 'calls', 2, 'partial'],
  ['an empty value is lost in recovery', 'reopens', 2, 'acked-lost'],
  ['a key is collected although it was put again', 'calls', 2, 'outcome'],
  ['a chunk collects everything that has expired', 'reopens', 2, 'acked-lost'],
  ['a view shows what is applied after it was taken', 'calls', 2, 'outcome'],
  ['a snapshot is labelled with an index before its data', 'calls', 1, 'audit'],
  ['a snapshot is installed over the state that serves', 'calls', 1, 'outcome'],
  ['the position of an installed snapshot is only in memory', 'calls', 1, 'outcome'],
  ['what is read is the stored bytes themselves', 'calls', 1, 'outcome'],
  ['keys are scanned by their length', 'calls', 1, 'outcome'],
  ['a swap sees the state before its chunk', 'calls', 1, 'outcome'],
  ['entries that were applied are applied again', 'calls', 2, 'outcome'],
  ['a gap in the log is closed in silence', 'calls', 1, 'outcome'],
  ['a config entry is taken for none', 'calls', 1, 'outcome'],
  ['a damaged snapshot is reported as installed', 'calls', 1, 'outcome'],
  ['snapshots outlive a reset', 'calls', 3, 'came-back'],
  ['leases of before a reset go on', 'calls', 2, 'outcome'],
]
