/** Histories of state machines, in this process. */
import { describe, expect, test } from 'vitest'
import { modelThemes, replayModel, runModelSuite } from '../../../src/conformance/model-suite/index.ts'
import {
  createStateHistory,
  entriesOf,
  pickStateSteps,
  type StateStep,
} from '../../../src/conformance/model-suite/state-machine/history.ts'
import { memoryAdapter } from '../../state-machine/adapters.ts'
import { createLossyAdapter, createUnflushedAdapter } from './lossy-medium.ts'

const told = async (run: ReturnType<typeof runModelSuite>) =>
  (await run).cases.map(({ id, outcome, reason }) => [id, outcome, reason])
const passed = ['MODEL-CALLS', 'MODEL-REOPENS', 'MODEL-CRASHES'].map((id) => [id, 'passed', undefined])

describe('the model suite of state machines', () => {
  test('finds nothing in one that is right, and names what it does not promise', async () => {
    const { cases, model } = await runModelSuite(memoryAdapter, { seed: 1, histories: 9 })
    expect(cases.map(({ id, outcome, since }) => [id, outcome, since])).toEqual([
      ...passed.map(([id]) => [id, 'passed', '1.2.0']),
      ['MODEL-WITHOUT-NATIVE', 'skipped', '1.2.0'],
    ])
    expect(cases.at(-1)).toMatchObject({ missing: ['native'], reason: expect.stringMatching(/native/) })
    expect(Math.min(model?.operations ?? 0, model?.reopens ?? 0, model?.crashes ?? 0)).toBeGreaterThan(2)
  })

  test('lets one that need not be durable lose what was not flushed, and goes on from there', async () => {
    const run = runModelSuite(createLossyAdapter(), { seed: 2, histories: 8, themes: ['crashes'] })
    expect(await told(run)).toEqual([
      ['MODEL-CRASHES', 'passed', undefined],
      ['MODEL-WITHOUT-NATIVE', 'skipped', expect.stringContaining('snapshots of kind native')],
      ['MODEL-WITHOUT-ALWAYSDURABLE', 'skipped', expect.stringContaining('durable when they are applied')],
    ])
  })

  test('catches one whose flush does nothing, in the calls that it takes, and again by its token', async () => {
    const options = { seed: 1, histories: 30, themes: ['crashes'], shrinkMs: 100_000 } as const
    const [failed] = (await runModelSuite(createUnflushedAdapter(), options)).cases
    expect(failed?.story?.rules[0]).toMatchObject({ rule: 'acked-lost' })
    const { operations = [], crash } = failed?.story ?? {}
    expect(operations.map(({ ending, survived }) => [ending, survived])).toEqual([
      ['deferred', false],
      ['durable', undefined],
    ])
    expect(operations.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^applyChunk\(1: /),
      expect.stringMatching(/^(flush|checkpoint)\(\)$/),
    ])
    expect(crash?.after).toBe(2)
    const again = await replayModel(createUnflushedAdapter(), failed?.token ?? '')
    expect(again.cases[0]?.story).toEqual(failed?.story)
  })
})

describe('a history of a state machine', () => {
  const histories = (hasNative = true): StateStep[][] =>
    Array.from({ length: 20 }, (_, number) =>
      modelThemes.map((theme) => createStateHistory({ seed: 1, theme, number }, { hasNative })),
    ).flat()

  test('is the same one for the same seed', () => {
    expect(histories()).toEqual(histories())
  })

  test('has every call, entries of every kind, and native snapshots only where there are some', () => {
    const steps = histories().flat()
    const kinds = ['apply', 'checkpoint', 'collect', 'crash', 'flush', 'install', 'refuse', 'reopen', 'reset']
    expect([...new Set(steps.map(({ kind }) => kind))].sort()).toEqual([...kinds, 'snapshot'].sort())
    const commands = entriesOf(steps).map(({ command }) => command.kind)
    expect([...new Set(commands)].sort()).toEqual(['cas', 'config', 'delete', 'noop', 'put', 'touch'])
    const isNative = (step: StateStep): boolean => 'native' in step && step.native
    expect([steps.some(isNative), histories(false).flat().some(isNative)]).toEqual([true, false])
  })

  test('is itself when all of its steps are left', () => {
    for (const steps of histories())
      expect(
        pickStateSteps(
          steps,
          steps.map((_, step) => ({ step })),
        ),
      ).toEqual(steps)
  })

  test('is of one log, without what was left out of it', () => {
    const entry = (index: number, value: string) =>
      ({ index, term: 1, command: { kind: 'put', key: 'a', value } }) as const
    const long = 'x'.repeat(100)
    const steps: readonly StateStep[] = [
      { kind: 'apply', from: 1, through: 2, entries: [entry(1, '1'), entry(2, '2')] },
      { kind: 'crash' },
      { kind: 'refuse', defect: 'gapBefore' },
      { kind: 'apply', from: 2, through: 5, entries: [entry(3, '3'), entry(4, long), entry(5, '5')] },
    ]
    const kept = [{ step: 2 }, { step: 3, parts: [1, 2], isSmall: true }, { step: 1 }]
    expect(pickStateSteps(steps, kept)).toEqual([
      { kind: 'refuse', defect: 'gapBefore' },
      { kind: 'apply', from: 1, through: 1, entries: [entry(1, 'x'.repeat(8))] },
      { kind: 'crash' },
    ])
    expect(pickStateSteps(steps, [{ step: 4 }])).toBeUndefined()
  })
})
