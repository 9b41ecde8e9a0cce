import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { CaseResult } from '../../../src/conformance/report/index.ts'
import { decodeToken, ReplayTokenError } from '../../../src/conformance/report/index.ts'
import { replaySweep, runSweepSuite } from '../../../src/conformance/sweep/index.ts'
import { MemoryDisk, MemoryLog } from '../../../src/log/index.ts'
import { lmdbAdapter } from '../../adapters/lmdb-adapter.ts'
import { createMemoryAdapter } from '../../adapters/memory-adapter.ts'
import { mutants } from '../../mutants/index.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'
import { planted } from './planted.ts'

const notPassed = (cases: readonly CaseResult[]) =>
  cases.filter(({ outcome }) => outcome !== 'passed').map(({ id, reason }) => ({ id, reason }))

describe('the sweep', () => {
  test.each([1, 2, 3])(
    'finds nothing against the memory store, with seed %d',
    async (seed) => {
      const { cases, sweep } = await runSweepSuite(createMemoryAdapter(), { seed })
      expect(notPassed(cases)).toEqual([])
      expect(sweep?.trials).toBeGreaterThan(300)
      expect(sweep?.engines.map(({ name }) => name)).toEqual(['log', 'paxos', 'raft'])
    },
    60_000,
  )

  test.each(['log', 'raft'] as const)(
    'finds nothing against the LMDB store, as a %s',
    async (engine) => {
      const { cases } = await runSweepSuite(lmdbAdapter, { seed: 4, engines: [engine], budgetMs: 0 })
      expect(notPassed(cases)).toEqual([])
      expect(cases.length).toBeGreaterThan(6)
    },
    120_000,
  )

  test('tries every action at every hit that it saw', async () => {
    const { cases, sweep } = await runSweepSuite(createMemoryAdapter(), { seed: 1, engines: ['log'] })
    const [log] = sweep?.engines ?? []
    expect(log).toMatchObject({ operations: 16, hits: expect.any(Number), singles: expect.any(Number) })
    expect(cases.map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        ...['SWEEP-LOG-BASELINE', 'SWEEP-LOG-LOG-OPEN', 'SWEEP-LOG-LOG-DEFER', 'SWEEP-LOG-LOG-CLOSE'],
        ...['SWEEP-LOG-LOG-COMMIT-BEFORE', 'SWEEP-LOG-LOG-COMMIT-INSIDE', 'SWEEP-LOG-LOG-COMMIT-AFTER'],
        'SWEEP-LOG-PAIRS',
      ]),
    )
    expect(sweep?.trials).toBe((log?.singles ?? 0) + (log?.pairs ?? 0))
  }, 60_000)

  test('makes the same run of the same seed', async () => {
    const run = async () =>
      (await runSweepSuite(createMemoryAdapter(), { seed: 9, engines: ['raft'] })).sweep?.engines
    expect(await run()).toEqual(await run())
  }, 60_000)

  test('is skipped, by the name of the promise, where no failpoint is hit', async () => {
    const disks = new Map<string, MemoryDisk>()
    const deaf = {
      name: 'deaf',
      survivesProcess: false,
      open: (directory: string) => {
        const disk = disks.get(directory) ?? new MemoryDisk()
        disks.set(directory, disk)
        return new MemoryLog({ disk })
      },
    }
    const { cases } = await runSweepSuite(deaf, { seed: 1, engines: ['log'] })
    expect(cases).toEqual([
      expect.objectContaining({ id: 'SWEEP-ALL', outcome: 'skipped', missing: ['failpoints'] }),
    ])
  })

  test('tells how far it is, and ends with its signal', async () => {
    const abort = new AbortController()
    const told: number[] = []
    const run = runSweepSuite(createMemoryAdapter(), {
      ...{ seed: 1, engines: ['log'], signal: abort.signal },
      onProgress: ({ trials }) => {
        if (told.push(trials) === 3) abort.abort(new Error('enough'))
      },
    })
    await expect(run).rejects.toThrow('enough')
    expect(told).toEqual([1, 2, 3])
  })

  test('leaves nothing in the directory that it is given', async () => {
    const directory = temporaryDirectory()
    await runSweepSuite(createMemoryAdapter(), { seed: 1, engines: ['log'], directory, budgetMs: 0 })
    expect(existsSync(directory) ? readdirSync(directory) : []).toEqual([])
  })
})

describe('a planted bug is caught by the sweep, in as few operations as it takes, and again by its token', () => {
  test.each(planted)(
    '%s, by that of a %s',
    async (name, engine, seed, operations, rule) => {
      const mutant = mutants[name]
      if (mutant === undefined) throw new Error(`There is no mutant ${name}`)
      const { parts, createAdapter } = mutant
      const { cases } = await runSweepSuite(createAdapter(), { seed, engines: [engine], parts, budgetMs: 0 })
      const failed = cases.find(({ outcome }) => outcome === 'failed')
      expect(failed?.story?.rules[0]?.rule).toBe(rule)
      expect(failed?.story?.operations.length).toBeLessThanOrEqual(operations)
      const again = replaySweep(createAdapter(), failed?.token ?? '', { parts })
      expect(again.cases[0]?.story).toEqual(failed?.story)
    },
    60_000,
  )
})

describe('a failure of the sweep that might be shorter', () => {
  const options = { seed: 1, engines: ['raft'], budgetMs: 0 } as const
  const failedIn = async (shrinkMs: number): Promise<CaseResult | undefined> => {
    const { parts, createAdapter } = mutants['save-with-is-two-commits'] ?? {
      createAdapter: createMemoryAdapter,
    }
    const { cases } = await runSweepSuite(createAdapter(), { ...options, parts, shrinkMs })
    return cases.find(({ outcome }) => outcome === 'failed')
  }

  test('says where shrinking stopped, in words and in its story', async () => {
    const failed = await failedIn(1)
    const note = /^shrinking stopped after 0\.001 s at \d+ operations; --shrink-time 1s looks further$/
    expect(failed?.story?.note).toMatch(note)
    expect(failed?.reason?.split('\n')).toContain(failed?.story?.note)
  })

  test('is told as it was found where no time is given to shrink it', async () => {
    const [whole, shrunk] = [await failedIn(0), await failedIn(20_000)]
    expect(whole?.story?.note).toBeUndefined()
    expect(shrunk?.story?.note).toBeUndefined()
    expect(whole?.story?.operations.length).toBeGreaterThan(shrunk?.story?.operations.length ?? 0)
  })
})

describe('a token of the sweep', () => {
  const caught = runSweepSuite(
    mutants['one-commit-per-operation']?.createAdapter() ?? createMemoryAdapter(),
    {
      ...{ seed: 1, engines: ['log'], budgetMs: 0, adapterArgument: './my.mjs' },
    },
  )
  const failedOf = async () => (await caught).cases.find(({ outcome }) => outcome === 'failed')

  test('is in the command that replays', async () => {
    const failed = await failedOf()
    expect(failed?.replay).toBe(`holdfast conform ./my.mjs --replay ${failed?.token}`)
    expect(decodeToken(failed?.token ?? '')).toMatchObject({ suite: 'sweep', caseId: failed?.id, seed: 1 })
  })

  test('passes where the bug is mended', async () => {
    const token = (await failedOf())?.token ?? ''
    const mended = { ...createMemoryAdapter(), name: 'mutant' }
    expect(replaySweep(mended, token).cases[0]?.outcome).toBe('passed')
  })

  test('of another adapter says so', async () => {
    const token = (await failedOf())?.token ?? ''
    expect(() => replaySweep(createMemoryAdapter(), token)).toThrow(ReplayTokenError)
    expect(() => replaySweep(createMemoryAdapter(), token)).toThrow(
      'it is of the adapter "mutant", and this is "memory"',
    )
  })
})
