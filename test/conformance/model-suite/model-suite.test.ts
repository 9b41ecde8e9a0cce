import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { LogAdapter } from '../../../src/conformance/adapter.ts'
import { fullCapabilities } from '../../../src/conformance/kit/index.ts'
import { modelThemes, replayModel, runModelSuite } from '../../../src/conformance/model-suite/index.ts'
import { createHistory } from '../../../src/conformance/model-suite/log/history.ts'
import { unpromisedKinds } from '../../../src/conformance/promised-history.ts'
import { type CaseResult, decodeToken, ReplayTokenError } from '../../../src/conformance/report/index.ts'
import { lmdbAdapter } from '../../adapters/lmdb-adapter.ts'
import { createMemoryAdapter } from '../../adapters/memory-adapter.ts'
import { mutants } from '../../mutants/index.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'
import { planted } from './planted.ts'

const notPassed = (cases: readonly CaseResult[]) =>
  cases.filter(({ outcome }) => outcome !== 'passed').map(({ id, reason }) => ({ id, reason }))

describe('the model suite', () => {
  test.each([1, 2, 3])('finds nothing against the memory store, with seed %d', async (seed) => {
    const { cases, model } = await runModelSuite(createMemoryAdapter(), { seed, histories: 60 })
    expect(notPassed(cases)).toEqual([])
    expect(cases.map(({ id }) => id)).toEqual(['MODEL-CALLS', 'MODEL-REOPENS', 'MODEL-CRASHES'])
    expect(model).toMatchObject({ histories: 60, historiesPlanned: 60, seed })
    expect(Math.min(model?.operations ?? 0, model?.reopens ?? 0, model?.crashes ?? 0)).toBeGreaterThan(20)
  })

  test('finds nothing against the LMDB store', async () => {
    const { cases } = await runModelSuite(lmdbAdapter, { seed: 4, histories: 15 })
    expect(notPassed(cases)).toEqual([])
  })

  test('does a few histories of each theme when there is no time at all, and tells how many', async () => {
    const { model } = await runModelSuite(createMemoryAdapter(), { seed: 1, histories: 90, budgetMs: 0 })
    expect(model).toMatchObject({ histories: 15, historiesPlanned: 90 })
  })

  test('tells how far it is, and ends with its signal', async () => {
    const abort = new AbortController()
    const told: number[] = []
    const run = runModelSuite(createMemoryAdapter(), {
      ...{ seed: 1, signal: abort.signal },
      onProgress: ({ histories }) => {
        if (told.push(histories) === 3) abort.abort(new Error('enough'))
      },
    })
    await expect(run).rejects.toThrow('enough')
    expect(told).toEqual([1, 2, 3])
  })

  test('leaves nothing in the directory that it is given', async () => {
    const directory = temporaryDirectory()
    await runModelSuite(createMemoryAdapter(), { seed: 1, histories: 6, directory })
    expect(existsSync(directory) ? readdirSync(directory) : []).toEqual([])
  })
})

describe('a history', () => {
  const histories = (capabilities: Parameters<typeof createHistory>[1]) =>
    Array.from({ length: 60 }, (_, number) =>
      modelThemes.map((theme) => createHistory({ seed: 1, theme, number }, capabilities)),
    ).flat()

  test('is the same one for the same seed', () => {
    expect(histories(undefined)).toEqual(histories(undefined))
  })

  test('has nothing in it that is not promised', () => {
    const least = fullCapabilities({})
    const kinds = new Set(histories(least).flatMap((steps) => steps.map(({ kind }) => kind)))
    expect([...kinds].filter((kind) => unpromisedKinds(least).has(kind as never))).toEqual([])
    expect(kinds).not.toContain('writeAtomically')
    expect([...kinds]).toEqual(expect.arrayContaining(['appendEntry', 'getEntries', 'reopen', 'crash']))
  })

  test('is crashed in its theme alone, and ends with what its theme is about', () => {
    const last = (theme: (typeof modelThemes)[number]) =>
      createHistory({ seed: 1, theme, number: 7 }, undefined).at(-1)?.kind
    expect([last('reopens'), last('crashes')]).toEqual(['reopen', 'crash'])
    const calls = Array.from({ length: 60 }, (_, number) =>
      createHistory({ seed: 1, theme: 'calls', number }, undefined),
    ).flat()
    expect(calls.filter(({ kind }) => kind === 'reopen' || kind === 'crash')).toEqual([])
  })
})

describe('a planted bug is caught by the model suite, in as few operations as it takes, and again by its token', () => {
  test.each(planted)('%s, by its %s', async (name, theme, operations, rule) => {
    const mutant = mutants[name]
    if (mutant === undefined) throw new Error(`There is no mutant ${name}`)
    const { parts, createAdapter } = mutant
    const { cases } = await runModelSuite(createAdapter(), { seed: 1, themes: [theme], histories: 30, parts })
    const [failed] = cases
    expect(failed).toMatchObject({ id: `MODEL-${theme.toUpperCase()}`, outcome: 'failed' })
    expect(failed?.story?.rules[0]?.rule).toBe(rule)
    expect(failed?.story?.operations.length).toBeLessThanOrEqual(operations)
    const again = await replayModel(createAdapter(), failed?.token ?? '', { parts })
    expect(again.cases[0]?.story).toEqual(failed?.story)
  })
})

describe('a token of the model suite', () => {
  const broken = () => mutants['flush-does-nothing']?.createAdapter() ?? createMemoryAdapter()
  const caught = runModelSuite(broken(), {
    ...{ seed: 1, themes: ['crashes'], histories: 30, adapterArgument: './my.mjs' },
  })
  const failedOf = async () => (await caught).cases[0]

  test('is in the command that replays, and the report says all that there is to say', async () => {
    const failed = await failedOf()
    expect(failed?.replay).toBe(`holdfast conform ./my.mjs --replay ${failed?.token}`)
    expect(decodeToken(failed?.token ?? '')).toMatchObject({ suite: 'model', caseId: failed?.id, seed: 1 })
    const [rule, ...lines] = failed?.reason?.split('\n') ?? []
    expect(rule).toMatch(/^came-back: /)
    expect(lines.join('\n')).toMatch(
      /the operations:\n {3}1 {2}.*acked, deferred\n(?:.*\n)*then it was given up without close\(\).*what came back:\n {2}firstIndex/,
    )
    expect(lines.at(-1)).toBe(`replay: ${failed?.replay}`)
  })

  test('is of a history whose crash comes as early as it can', async () => {
    const { crash, operations } = (await failedOf())?.story ?? {}
    expect(crash).toEqual({ after: operations?.length, text: expect.stringContaining('without close()') })
  })

  test('is of the whole history where no time is to be taken, and of one that says that it might be shorter where it was too short', async () => {
    const failedIn = async (shrinkMs: number) => {
      const options = { seed: 1, themes: ['crashes'], histories: 30, shrinkMs } as const
      return (await runModelSuite(broken(), options)).cases[0]
    }
    const [whole, cut] = [await failedIn(0), await failedIn(1)]
    const steps = decodeToken(whole?.token ?? '')
      .path.split('/')[2]
      ?.split(',')
      .map(Number)
    expect(steps).toEqual(Array.from({ length: 23 }, (_, step) => step))
    expect(whole?.story?.note).toBeUndefined()
    const note = /^shrinking stopped after 0\.001 s at \d+ calls?; --shrink-time 1s looks further$/
    expect(cut?.story?.note).toMatch(note)
    expect(cut?.reason?.split('\n').at(-2)).toMatch(note)
  })

  test('passes where the bug is mended', async () => {
    const mended: LogAdapter = { ...createMemoryAdapter(), name: 'mutant' }
    const { cases } = await replayModel(mended, (await failedOf())?.token ?? '')
    expect(cases[0]?.outcome).toBe('passed')
  })

  test('of another adapter says so', async () => {
    const token = (await failedOf())?.token ?? ''
    await expect(replayModel(createMemoryAdapter(), token)).rejects.toThrow(ReplayTokenError)
  })
})
