/** Mutants that the sweep catches, and how. `docs/mutants.md` has them too. */
import type { EngineName } from '../../../src/conformance/sweep/index.ts'

/** The seed is one with which the bug is found; the operations are what is left of the history. */
export const planted: readonly (readonly [string, EngineName, number, operations: number, rule: string])[] = [
  ['failed-batch-rides-along', 'log', 1, 2, 'acked-lost'],
  ['cursor-advances-before-the-write', 'log', 1, 1, 'cursor'],
  ['failed-commit-drops-deferred', 'log', 1, 3, 'came-back'],
  ['one-commit-per-operation', 'log', 1, 1, 'partial'],
  ['failed-flush-drops-deferred', 'log', 2, 2, 'acked-lost'],
  ['flush-does-nothing', 'log', 2, 2, 'acked-lost'],
  ['replacement-is-two-commits', 'log', 4, 2, 'acked-lost'],
  ['failed-sync-retried', 'log', 1, 1, 'outcome'],
  ['failed-open-keeps-its-owner', 'log', 1, 0, 'unusable'],
  ['promise-deferred', 'paxos', 1, 1, 'hard-state-regressed'],
  ['atomic-write-done-one-by-one', 'paxos', 1, 1, 'cursor'],
  ['stopsign-deferred', 'paxos', 2, 1, 'acked-lost'],
  ['vote-deferred', 'raft', 1, 1, 'hard-state-regressed'],
  ['save-with-is-two-commits', 'raft', 1, 4, 'partial'],
  ['stale-cache-after-a-failed-commit', 'paxos', 1, 1, 'came-back'],
  ['write-failure-swallowed', 'log', 1, 1, 'outcome'],
  ['lost-deferred-comes-back', 'log', 1, 2, 'acked-lost'],
]
