/** Raft storage with planted bugs, and Raft storage of another make, by the histories of the model suite. */
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { LogAdapter } from '../../../src/conformance/adapter.ts'
import type { ContractParts } from '../../../src/conformance/contract/index.ts'
import { type ModelTheme, replayModel, runModelSuite } from '../../../src/conformance/model-suite/index.ts'
import type { CaseResult, ConformReport } from '../../../src/conformance/report/index.ts'
import type { replayToken, runConformance } from '../../../src/conformance/run/index.ts'
import {
  type EntriesLimit,
  type HardState,
  HardStateStore,
  type LogId,
  type RaftEntry,
  RaftLog,
} from '../../../src/raft/index.ts'
import { createMemoryAdapter } from '../../adapters/memory-adapter.ts'
import { mutants } from '../../mutants/index.ts'
import { raftParts } from '../../mutants/raft-parts.ts'
import { plantedInRaft } from './planted.ts'

const built = (await import(new URL('../../../dist/src/conformance/index.js', import.meta.url).href)) as {
  readonly runConformance: typeof runConformance
  readonly replayToken: typeof replayToken
  readonly commandAdapterUrl: (command: string) => Promise<URL>
}

const adapter = (path: string): URL => new URL(`../${path}.mjs`, import.meta.url)
const reference = (name: string): string =>
  fileURLToPath(new URL(`../../../scripts/line-protocol/${name}`, import.meta.url))

const passed = ['MODEL-CALLS', 'MODEL-REOPENS', 'MODEL-CRASHES'].map((id) => [id, 'passed', undefined])
const told = (cases: readonly CaseResult[]) => cases.map(({ id, outcome, reason }) => [id, outcome, reason])

describe('Raft storage that is right', () => {
  test.each([
    ['in one file that is written anew', 'kit/adapters/minutes'],
    ['in one file, whose errors have no names', 'kit/adapters/minutes-untyped'],
    ['on LMDB, whose purge and commit index are durable later', 'kill-raft/adapters/lmdb-raft'],
    ['that promises little', 'kill-raft/adapters/least-minutes'],
  ])('%s answers as the model does', async (_, path) => {
    const report = await built.runConformance(adapter(path), { suites: ['model'], seed: 1, histories: 60 })
    expect(told(only(report).cases)).toEqual(passed)
  })

  test.each([
    ['Node', `${process.execPath} ${reference('raft-store.mjs')} --dir {dir}`],
    ['Python', `python3 ${reference('raft_store.py')}`],
  ])('behind the line protocol, in %s, answers as the model does', async (_, command) => {
    const url = await built.commandAdapterUrl(command)
    const report = await built.runConformance(url, { suites: ['model'], seed: 1, histories: 8 })
    expect(told(only(report).cases)).toEqual(passed)
  })
})

describe('Raft storage of another make with a planted bug is caught, and again by its token', () => {
  test.each([
    ['votes-wait', 1, 'hard-state-regressed'],
    ['entries-wait', 2, 'acked-lost'],
    ['truncation-waits', 2, 'came-back'],
    ['purge-waits', 3, 'came-back'],
    ['boundary-without-term', 3, 'cursor'],
    ['boundary-goes-with-entries', 3, 'cursor'],
    ['install-waits', 3, 'came-back'],
    ['install-keeps-entries', 3, 'came-back'],
  ])('%s', async (name, operations, rule) => {
    const url = adapter(`kill-raft/adapters/${name}`)
    const found = await built.runConformance(url, { suites: ['model'], seed: 1, histories: 90 })
    const failed = only(found).cases.at(-1)
    expect(failed).toMatchObject({ id: 'MODEL-CRASHES', outcome: 'failed' })
    expect(failed?.story?.rules[0]?.rule, failed?.reason).toBe(rule)
    expect(failed?.story?.operations.length, failed?.reason).toBeLessThanOrEqual(operations)
    const again = await built.replayToken(url.href, failed?.token ?? '')
    expect(only(again).cases[0]?.story).toEqual(failed?.story)
  })
})

class TermOfThePlaceBefore<T> extends RaftLog<T> {
  override term(index: number): number {
    const { index: boundary } = this.purgeBoundary
    return super.term(index > boundary && index <= this.lastIndex ? index - 1 : index)
  }
}

class TermBeyondTheEnd<T> extends RaftLog<T> {
  override term(index: number): number {
    return super.term(Math.min(index, this.lastIndex))
  }
}

class ForgetsTheTermOfTheBoundary<T> extends RaftLog<T> {
  override term(index: number): number {
    return index > 0 && index === this.purgeBoundary.index ? 0 : super.term(index)
  }
  override get lastLogId(): LogId {
    return { index: this.lastIndex, term: super.term(this.lastIndex) }
  }
}

class IgnoresTheLimit<T> extends RaftLog<T> {
  override entries(low: number, high: number, _limit?: EntriesLimit): RaftEntry<T>[] {
    return super.entries(low, high)
  }
}

class NothingWithinTheLimit<T> extends RaftLog<T> {
  override entries(low: number, high: number, limit?: EntriesLimit): RaftEntry<T>[] {
    const read = super.entries(low, high, limit)
    return limit !== undefined && read.length < high - low ? [] : read
  }
}

class LastTermIsTheFirst<T> extends RaftLog<T> {
  override get lastLogId(): LogId {
    return { index: this.lastIndex, term: super.term(Math.min(this.firstIndex, this.lastIndex)) }
  }
}

class LastOfAnEmptyLogIsZero<T> extends RaftLog<T> {
  override get lastLogId(): LogId {
    return this.firstIndex > this.lastIndex ? { index: 0, term: 0 } : super.lastLogId
  }
}

class BoundaryOneBefore<T> extends RaftLog<T> {
  override get purgeBoundary(): LogId {
    const { index, term } = super.purgeBoundary
    return { index: index > 0 ? index - 1 : 0, term }
  }
}

class BoundaryHasTheLastTerm<T> extends RaftLog<T> {
  override get purgeBoundary(): LogId {
    const { index } = super.purgeBoundary
    return { index, term: index === 0 ? 0 : super.term(this.lastIndex) }
  }
}

class CommitAhead<T> extends HardStateStore<T> {
  override load(): HardState | undefined {
    const state = super.load()
    return state?.commit === undefined ? state : { ...state, commit: state.commit + 1 }
  }
}

const answers: readonly (readonly [string, ContractParts, operations: number, rule: string])[] = [
  ['a term that is that of the place before', raftParts(TermOfThePlaceBefore), 2, 'outcome'],
  ['a term beyond the end', raftParts(TermBeyondTheEnd), 1, 'outcome'],
  ['a term of 0 at the boundary', raftParts(ForgetsTheTermOfTheBoundary), 3, 'outcome'],
  ['entries beyond the limit', raftParts(IgnoresTheLimit), 2, 'outcome'],
  ['no entry within a small limit', raftParts(NothingWithinTheLimit), 2, 'outcome'],
  ['a last place with the first term', raftParts(LastTermIsTheFirst), 3, 'cursor'],
  ['a last place of 0 where all was purged', raftParts(LastOfAnEmptyLogIsZero), 3, 'cursor'],
  ['a boundary one place before', raftParts(BoundaryOneBefore), 3, 'acked-lost'],
  ['a boundary with the last term', raftParts(BoundaryHasTheLastTerm), 4, 'cursor'],
  ['a commit index ahead', raftParts(undefined, CommitAhead), 2, 'partial'],
]

describe('a wrong answer is found by calls alone, in as few as it takes, and again by its token', () => {
  test.each(answers)('%s', async (_, parts, operations, rule) => {
    await expectCaught({ parts, theme: 'calls', operations, rule })
  })
})

describe('a planted bug of Raft storage is caught by the model suite, and again by its token', () => {
  test.each(plantedInRaft)('%s, by its %s', async (name, theme, operations, rule) => {
    const { parts, createAdapter } = mutants[name] ?? {}
    await expectCaught({ stored: createAdapter?.(), parts, theme, operations, rule })
  })
})

async function expectCaught({
  stored = createMemoryAdapter(),
  parts,
  theme,
  operations,
  rule,
}: {
  readonly stored?: LogAdapter | undefined
  readonly parts: ContractParts | undefined
  readonly theme: ModelTheme
  readonly operations: number
  readonly rule: string
}): Promise<void> {
  const raft: LogAdapter = { ...stored, kind: 'raft' }
  const { cases } = await runModelSuite(raft, { seed: 1, themes: [theme], histories: 40, parts })
  const [failed] = cases
  expect(failed).toMatchObject({ id: `MODEL-${theme.toUpperCase()}`, outcome: 'failed' })
  expect(failed?.story?.rules[0]?.rule, failed?.reason).toBe(rule)
  expect(failed?.story?.operations.length, failed?.reason).toBeLessThanOrEqual(operations)
  const again = await replayModel(raft, failed?.token ?? '', { parts })
  expect(again.cases[0]?.story).toEqual(failed?.story)
}

function only({ suites }: ConformReport): { readonly cases: readonly CaseResult[] } {
  expect(suites.length).toBe(1)
  return suites[0] as NonNullable<(typeof suites)[0]>
}
