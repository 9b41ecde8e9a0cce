/** Histories of Raft storage, in this process. */
import { describe, expect, test } from 'vitest'
import { everyRaftCall } from '../../../src/conformance/kill-raft/calls.ts'
import { type FullCapabilities, fullCapabilities } from '../../../src/conformance/kit/index.ts'
import { modelThemes, runModelSuite } from '../../../src/conformance/model-suite/index.ts'
import { createRaftEngine } from '../../../src/conformance/model-suite/raft/engine.ts'
import {
  createRaftHistory,
  pickRaftSteps,
  type RaftStep,
} from '../../../src/conformance/model-suite/raft/history.ts'
import { createMemoryAdapter } from '../../adapters/memory-adapter.ts'

const strangersCalls = { ...everyRaftCall, snapshots: false }

describe('the model suite of Raft storage', () => {
  test("finds nothing in Holdfast's own", async () => {
    const { cases, model } = await runModelSuite(
      { ...createMemoryAdapter(), kind: 'raft' },
      { seed: 1, histories: 12 },
    )
    expect(cases.map(({ id, outcome, reason }) => [id, outcome, reason])).toEqual(
      ['MODEL-CALLS', 'MODEL-REOPENS', 'MODEL-CRASHES'].map((id) => [id, 'passed', undefined]),
    )
    expect(model).toMatchObject({ histories: 12, historiesPlanned: 12, seed: 1 })
    expect(Math.min(model?.operations ?? 0, model?.reopens ?? 0, model?.crashes ?? 0)).toBeGreaterThan(2)
  })
})

describe('a history of Raft storage', () => {
  const histories = (calls = strangersCalls) =>
    Array.from({ length: 20 }, (_, number) =>
      modelThemes.map((theme) => createRaftHistory({ seed: 1, theme, number }, calls)),
    ).flat()

  test('is the same one for the same seed', () => {
    expect(histories()).toEqual(histories())
  })

  test('has every call that is promised, and no other', () => {
    const kindsWith = (calls = strangersCalls) =>
      new Set(histories(calls).flatMap((steps) => steps.map(({ kind }) => kind)))
    const little = { ...strangersCalls, saveWith: false, appendConflicting: false, purge: false }
    const kept = ['append', 'crash', 'entries', 'flush', 'reopen', 'save', 'truncate']
    expect([...kindsWith({ ...little, installSnapshot: false })].sort()).toEqual(kept)
    const more = ['appendConflicting', 'installSnapshot', 'purge', 'saveWith']
    expect([...kindsWith()].sort()).toEqual([...kept, ...more].sort())
  })

  test('is itself when all of its steps are left', () => {
    for (const steps of histories())
      expect(
        pickRaftSteps(
          steps,
          steps.map((_, step) => ({ step })),
        ),
      ).toEqual(steps)
  })

  test('moves back what comes after steps that were left out, and lists of entries have no gaps', () => {
    const entry = (index: number) =>
      ({ index, term: 1, kind: 'command', value: { number: index, size: 100 } }) as const
    const steps = [
      { kind: 'append', entries: [entry(1), entry(2)] },
      { kind: 'crash' },
      { kind: 'append', entries: [entry(3), entry(4), entry(5)] },
      { kind: 'purge', upTo: { index: 4, term: 1 } },
    ] as const
    const kept = [{ step: 1 }, { step: 2, parts: [0, 2], isSmall: true }, { step: 3 }]
    const small = (number: number) => ({ number, size: 8 })
    expect(pickRaftSteps(steps, kept)).toEqual([
      { kind: 'crash' },
      {
        kind: 'append',
        entries: [
          { ...entry(1), value: small(3) },
          { ...entry(2), value: small(5) },
        ],
      },
      { kind: 'purge', upTo: { index: 1, term: 1 } },
    ])
    expect(pickRaftSteps(steps, [{ step: 4 }])).toBeUndefined()
  })
})

describe('a history that was cut is one that an engine could ask for', () => {
  const engineOf = (capabilities?: FullCapabilities) =>
    createRaftEngine({ ...createMemoryAdapter(), kind: 'raft', capabilities }, undefined)
  const isSound = async (steps: readonly RaftStep[], capabilities?: FullCapabilities): Promise<boolean> =>
    await engineOf(capabilities).isSound(steps, undefined)
  const save = (currentTerm: number, commit?: number): RaftStep => ({
    kind: 'save',
    state: { currentTerm, votedFor: undefined, commit },
  })
  const append = (index: number): RaftStep => ({
    kind: 'append',
    entries: [{ index, term: 1, kind: 'command', value: { number: index, size: 8 } }],
  })
  const purge: RaftStep = { kind: 'purge', upTo: { index: 1, term: 1 } }

  test('which saves a term before its entries', async () => {
    expect([await isSound([save(1), append(1)]), await isSound([append(1), save(1)])]).toEqual([true, false])
  })

  test('which takes back nothing that is committed', async () => {
    const steps = [save(1), append(1), save(1, 1)]
    expect([await isSound(steps), await isSound([...steps, save(1, 0)])]).toEqual([true, false])
  })

  test('which purges no place that the log does not have', async () => {
    const beyond: RaftStep = { kind: 'purge', upTo: { index: 1, term: 0 } }
    expect([await isSound([save(1), append(1), purge]), await isSound([save(1), append(1), beyond])]).toEqual(
      [true, false],
    )
  })

  test('which leaves no log without entries whose end is not remembered', async () => {
    const emptied = [save(1), append(1), purge]
    const least = fullCapabilities({ trim: 'returned' })
    expect([await isSound(emptied), await isSound(emptied, least)]).toEqual([true, false])
    expect(await isSound([save(1), append(1), append(2), purge], least)).toBe(true)
  })
})
