/** Adapters of the kit that are no logs: of each kind one that is right, and one with a planted bug. */
import { describe, expect, test } from 'vitest'
import type { CaseResult, SuiteName } from '../../../src/conformance/report/index.ts'
import type { replayToken, runConformance } from '../../../src/conformance/run/index.ts'
import { isStraceMissing } from '../../medium/strace.ts'

const built = (await import(new URL('../../../dist/src/conformance/index.js', import.meta.url).href)) as {
  readonly runConformance: typeof runConformance
  readonly replayToken: typeof replayToken
}

const adapter = (name: string): URL => new URL(`./adapters/${name}.mjs`, import.meta.url)

async function casesOf(name: string, suite: SuiteName): Promise<readonly CaseResult[]> {
  const report = await built.runConformance(adapter(name), {
    suites: [suite],
    seed: 1,
    kills: 2,
    histories: 45,
    faults: 6,
    damages: 60,
  })
  return report.suites.flatMap(({ cases }) => cases)
}

const idsOf = (cases: readonly CaseResult[], outcome: CaseResult['outcome']): string[] =>
  cases.filter((one) => one.outcome === outcome).map(({ id }) => id)

describe('an adapter of kind paxos', () => {
  test.each(['contract', 'model', 'kill'] as const)('passes the %s suite', async (suite) => {
    const cases = await casesOf('ledger', suite)
    expect(cases.filter(({ outcome }) => outcome === 'failed')).toEqual([])
    expect(idsOf(cases, 'passed').length).toBeGreaterThanOrEqual({ contract: 50, model: 3, kill: 2 }[suite])
  })

  test.skipIf(isStraceMissing)('loses nothing when calls fail', async () => {
    const cases = await casesOf('ledger', 'fault')
    expect(cases.filter(({ outcome }) => outcome === 'failed')).toEqual([])
    expect(idsOf(cases, 'passed').length).toBeGreaterThan(0)
  })

  test('that has no checksums serves what a flipped bit made, and is found out', async () => {
    const cases = await casesOf('ledger', 'rot')
    expect(idsOf(cases, 'failed').length).toBeGreaterThan(0)
    expect(cases.find(({ outcome }) => outcome === 'failed')?.reason).toMatch(/^ {2}wrong: /m)
  })

  test('is not judged by what only a log of ours has underneath, which is skipped by name', async () => {
    const cases = await casesOf('ledger', 'contract')
    const ownPort = cases.filter(({ missing = [] }) => missing.includes('ownPort')).map(({ id }) => id)
    expect(ownPort).toEqual(expect.arrayContaining(['PAXOS-CODEC-003', 'PAXOS-META-005']))
    expect(cases.every(({ id }) => id.startsWith('PAXOS-'))).toBe(true)
  })

  test('fails the cases and the histories that its bug is about', async () => {
    const name = 'ledger-forgets-promises'
    expect(idsOf(await casesOf(name, 'contract'), 'failed')).toEqual([
      ...['PAXOS-META-002', 'PAXOS-CRASH-004', 'PAXOS-CRASH-007'],
    ])
    const modelled = await casesOf(name, 'model')
    expect(idsOf(modelled, 'failed')).toEqual(['MODEL-REOPENS', 'MODEL-CRASHES'])
    expect(modelled.at(-1)?.story?.rules[0]?.rule).toBe('hard-state-regressed')
  })

  test('is told that the raft-kill suite is about another kind', async () => {
    const [one] = await casesOf('ledger', 'raft-kill')
    expect(one).toMatchObject({ id: 'RAFT-KILL-ALL', outcome: 'skipped' })
    expect(one?.reason).toMatch(/^a ledger is an adapter of kind paxos/)
  })
})

describe('an adapter of kind raft', () => {
  test.each(['minutes', 'minutes-untyped'])('passes the contract of Raft storage: %s', async (name) => {
    const cases = await casesOf(name, 'contract')
    expect(cases.filter(({ outcome }) => outcome === 'failed')).toEqual([])
    expect(idsOf(cases, 'passed').length).toBeGreaterThanOrEqual(33)
    expect(cases.every(({ id }) => id.startsWith('RAFT-'))).toBe(true)
  })

  test('fails the cases that its bug is about', async () => {
    const failed = idsOf(await casesOf('minutes-forget-votes', 'contract'), 'failed')
    expect(failed).toEqual([
      ...['RAFT-PURGE-003', 'RAFT-HARDSTATE-002', 'RAFT-HARDSTATE-004', 'RAFT-REOPEN-001'],
    ])
  })

  test('without a method that it may leave out is skipped where that is needed, by its name', async () => {
    const cases = await casesOf('minutes-without-reset', 'contract')
    expect(cases.filter(({ outcome }) => outcome === 'failed')).toEqual([])
    const skipped = cases.filter(({ missing = [] }) => missing.includes('reset'))
    expect(skipped.map(({ id }) => id)).toEqual(expect.arrayContaining(['RAFT-RESET-001', 'RAFT-RESET-002']))
  })

  test('is killed as Raft storage, and not as a log', async () => {
    const killed = await casesOf('minutes', 'raft-kill')
    expect(killed.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['RAFT-KILL-1', 'passed'],
      ['RAFT-KILL-2', 'passed'],
    ])
    const [one] = await casesOf('minutes', 'kill')
    expect(one).toMatchObject({ id: 'KILL-ALL', outcome: 'skipped' })
    expect(one?.reason).toContain('raft-kill')
  })
})

describe('an adapter of kind state-machine', () => {
  test('passes the cases of state machines, but for those of failpoints and native snapshots', async () => {
    const cases = await casesOf('machine', 'state-machine')
    expect(idsOf(cases, 'failed')).toEqual([])
    expect(idsOf(cases, 'passed').length).toBeGreaterThan(80)
    const missing = new Set(cases.flatMap((one) => one.missing ?? []))
    expect([...missing].sort()).toEqual(['failpoints', 'native'])
  })

  test('fails those that its bug is about', async () => {
    const failed = idsOf(await casesOf('machine-scans-forwards', 'state-machine'), 'failed')
    expect(failed).toEqual(['SM-READ-001', 'SM-READ-002'])
  })

  test('passes the model suite, which names what it does not promise', async () => {
    const cases = await casesOf('machine', 'model')
    expect(idsOf(cases, 'failed')).toEqual([])
    expect(idsOf(cases, 'passed')).toEqual(['MODEL-CALLS', 'MODEL-REOPENS', 'MODEL-CRASHES'])
    expect(idsOf(cases, 'skipped')).toEqual(['MODEL-WITHOUT-NATIVE', 'MODEL-WITHOUT-ALWAYSDURABLE'])
  })

  test('fails the model suite in few calls by its bug, and again by its token', async () => {
    const [failed] = await casesOf('machine-scans-forwards', 'model')
    expect(failed?.story?.operations.length).toBe(1)
    expect(failed?.story?.rules[0]?.text).toMatch(
      /scan\(\{ limit: 3, reverse: true \}\), from page to page, has answered/,
    )
    const again = await built.replayToken(adapter('machine-scans-forwards').href, failed?.token ?? '')
    expect(again.suites[0]?.cases[0]?.story).toEqual(failed?.story)
  })

  test.each(['contract', 'kill', 'raft-kill', 'power-loss', 'sweep', 'fault', 'rot'] as const)(
    'is told that the %s suite is about another kind',
    async (suite) => {
      const [one, ...others] = await casesOf('machine', suite)
      expect(others).toEqual([])
      expect(one).toMatchObject({ id: `${suite.toUpperCase()}-ALL`, outcome: 'skipped' })
      expect(one?.reason).toMatch(/^a machine is an adapter of kind state-machine/)
    },
  )
})
