/** Adapters of the kit that are no logs: the power is taken from Paxos storage, and Raft storage is skipped by name. */
import { expect, test } from 'vitest'
import type { runConformance } from '../../../src/conformance/run/index.ts'
import { isStraceMissing } from '../../medium/strace.ts'
import { adapter, built, run } from './suite.ts'

const { runConformance: runAll } = built as unknown as { readonly runConformance: typeof runConformance }

test.skipIf(isStraceMissing).each(['posix', 'journaled'] as const)(
  'Paxos storage of another make passes when it is right, on a disk that is %s',
  async (model) => {
    const report = await run({ adapterUrl: adapter('ledger-that-syncs'), images: 40, seed: 1, model })
    expect(report.failures).toEqual([])
    expect(report.images).toBeGreaterThanOrEqual(40)
  },
)

test.skipIf(isStraceMissing).each(['posix', 'journaled'] as const)(
  'Paxos storage that renames before it syncs is caught on a disk that is %s, with what was lost, and again',
  async (model) => {
    const adapterUrl = adapter('ledger-forgets-to-sync')
    const { failures } = await run({ adapterUrl, images: 400, seed: 1, model })
    expect(failures[0]).toMatchObject({ model, findings: [{ rule: 'unusable' }] })
    expect(failures[0]?.lost[0]).toMatch(/^write log\/ledger\.new/)
    const again = await built.replayPowerLoss({ adapterUrl, recording: failures[0]?.recording ?? '' })
    expect(again.failures[0]?.findings).toEqual(failures[0]?.findings)
  },
)

test('Raft storage of another make is told by name which suites are not about it', async () => {
  const suites = ['model', 'sweep', 'kill', 'power-loss', 'fault', 'rot'] as const
  const minutes = new URL('../kit/adapters/minutes.mjs', import.meta.url)
  const report = await runAll(minutes, { suites })
  expect(report.suites.map(({ cases: [one] }) => [one?.id, one?.outcome])).toEqual(
    suites.map((suite) => [`${suite.toUpperCase()}-ALL`, 'skipped']),
  )
  for (const { cases } of report.suites) {
    expect(cases).toHaveLength(1)
    expect(cases[0]?.reason).toMatch(/^the minutes is an adapter of kind raft/)
  }
})
