/** Adapters of the kit that are no logs: the power is taken from Paxos storage, and from Raft storage. */
import { expect, test } from 'vitest'
import type { runConformance } from '../../../src/conformance/run/index.ts'
import { isStraceMissing } from '../../medium/strace.ts'
import { adapter, built, run } from './suite.ts'

const { runConformance: runAll } = built as unknown as { readonly runConformance: typeof runConformance }

const disks = ['posix', 'journaled'] as const

test
  .skipIf(isStraceMissing)
  .each(
    ['ledger-that-syncs', 'minutes-that-sync'].flatMap((name) =>
      disks.map((model) => [name, model] as const),
    ),
  )('storage of another make passes when it is right: %s, on a disk that is %s', async (name, model) => {
  const report = await run({ adapterUrl: adapter(name), images: 40, seed: 1, model })
  expect(report.failures).toEqual([])
  expect(report.images).toBeGreaterThanOrEqual(40)
})

test.skipIf(isStraceMissing).each([
  ['ledger-forgets-to-sync', 'posix', 'unusable', /^write log\/ledger\.new/],
  ['ledger-forgets-to-sync', 'journaled', 'unusable', /^write log\/ledger\.new/],
  ['minutes-forget-to-sync', 'posix', 'hard-state-regressed', /^rename log\/minutes\.new/],
  ['minutes-forget-to-sync', 'journaled', 'hard-state-regressed', /^rename log\/minutes\.new/],
] as const)(
  'storage of another make is caught, and again: %s, on a disk that is %s',
  async (name, model, rule, lost) => {
    const adapterUrl = adapter(name)
    const { failures } = await run({ adapterUrl, images: 400, seed: 1, model })
    expect(failures[0]?.model).toBe(model)
    expect(failures[0]?.findings[0]?.rule).toBe(rule)
    expect(failures[0]?.lost[0]).toMatch(lost)
    const again = await built.replayPowerLoss({ adapterUrl, recording: failures[0]?.recording ?? '' })
    expect(again.failures[0]?.findings).toEqual(failures[0]?.findings)
  },
)

test('Raft storage of another make is told by name which suites are not about it', async () => {
  const suites = ['sweep', 'kill'] as const
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
