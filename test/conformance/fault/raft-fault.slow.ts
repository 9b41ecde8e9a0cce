/** Raft storage of another make that is right, and such storage with one mistake each, whose calls fail. */
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { commandAdapterUrl } from '../../../src/conformance/line-protocol/index.ts'
import type { CaseResult, ConformReport } from '../../../src/conformance/report/index.ts'
import type { replayToken, runConformance } from '../../../src/conformance/run/index.ts'
import { isStraceMissing } from '../../medium/strace.ts'
import { attemptsMax, run, runUntilInjected } from './fault-runs.ts'

const built = (await import(new URL('../../../dist/src/conformance/index.js', import.meta.url).href)) as {
  readonly runConformance: typeof runConformance
  readonly replayToken: typeof replayToken
  readonly commandAdapterUrl: typeof commandAdapterUrl
}
const adapter = (name: string): URL => new URL(`./adapters/${name}.mjs`, import.meta.url)
const pathOf = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url))

describe.skipIf(isStraceMissing)('Raft storage whose calls fail', () => {
  test("loses nothing when it is Holdfast's own, with its snapshots", async () => {
    const adapterUrl = new URL('../../../dist/src/cli/adapters/lmdb-raft.js', import.meta.url)
    const report = await run({ adapterUrl, operations: 16, faults: 8 })
    expect(report.failures).toEqual([])
    expect(report.faults).toBeGreaterThan(3)
    expect(report.outcomes.poisoned).toBeGreaterThan(0)
  })

  test('loses nothing when it is right', async () => {
    const report = await run({ adapterUrl: adapter('minutes-that-refuse'), faults: 6 })
    expect(report.failures).toEqual([])
    expect(report.faults).toBeGreaterThan(2)
    expect(report.ackedCommits).toBeGreaterThan(10)
  })

  test.each([
    ['minutes-swallow-sync-errors', 15, 'unusable', /^the sync of log\/minutes\.new .* fails with EIO/],
    ['minutes-retry-syncs', 31, 'hard-state-regressed', /^the sync of log .* fails with EIO/],
    ['minutes-vote-without-room', 33, 'hard-state-regressed', /^write .* fails with ENOSPC/],
    ['minutes-ignore-short-writes', 28, 'unusable', /^write .* finds the disk full in the middle/],
    ['minutes-go-on-in-doubt', 15, 'outcome', /^the sync of .* fails with EIO/],
    ['minutes-deny-what-happened', 31, 'hard-state-regressed', /^the sync of log .* fails with EIO/],
  ] as const)('is caught: %s', async (name, number, rule, fault) => {
    const report = await runUntilInjected({ adapterUrl: adapter(name), fault: number })
    const [failure] = report.failures
    expect(failure?.fault).toMatch(fault)
    expect(failure?.findings.map((finding) => finding.rule)).toContain(rule)
    expect(failure?.story.rules).toEqual(failure?.findings)
  })

  test('fails again as its token says', async () => {
    const url = adapter('minutes-retry-syncs')
    const found = await failedIn(() =>
      built.runConformance(url, { suites: ['fault'], seed: 3, operations: 12, fault: 31 }),
    )
    expect(found.token).toMatch(/^hf1:[\d.]+:minutes%20that%20retry%20syncs:fault:FAULT-31:3:12\.31:\w+$/)
    const again = await failedIn(() => built.replayToken(url.href, found.token ?? ''))
    expect(again).toMatchObject({ id: 'FAULT-31', story: { rules: [{ rule: 'hard-state-regressed' }] } })
  })
})

describe.skipIf(isStraceMissing)('Raft storage behind the line protocol whose calls fail', () => {
  const commands = [
    ['Node', `${process.execPath} ${pathOf('scripts/line-protocol/raft-store.mjs')}`],
    ['Python', `python3 ${pathOf('scripts/line-protocol/raft_store.py')}`],
  ] as const

  test.each(commands)(
    'is opened again by another process, and has lost nothing, in %s',
    async (_, command) => {
      const report = await run({ adapterUrl: await built.commandAdapterUrl(command), faults: 3 })
      expect(report.failures).toEqual([])
      expect(report.faults).toBeGreaterThan(0)
      expect(report.skipped).toEqual([])
    },
  )

  test('is caught where it says that a write did not happen which then is there', async () => {
    const store = pathOf('test/conformance/line-protocol/broken-raft-store.mjs')
    const command = `${process.execPath} ${store} 'denies what happened'`
    const adapterUrl = await built.commandAdapterUrl(command)
    const { failures } = await runUntilInjected({ adapterUrl, fault: 19 })
    expect(failures[0]?.fault).toMatch(/^the sync of log\/log .* fails with EIO/)
    expect(failures[0]?.findings[0]?.rule).toBe('hard-state-regressed')
  })
})

/** Again where the call did not come: a busy machine moves it. */
async function failedIn(runOnce: () => Promise<ConformReport>): Promise<CaseResult> {
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const { suites } = await runOnce()
    const failed = suites.flatMap(({ cases }) => cases).find(({ outcome }) => outcome === 'failed')
    if (failed !== undefined) return failed
  }
  throw new Error(`Nothing failed in ${attemptsMax} runs`)
}
