/** Raft storage of another make, killed: what it promises decides what may come back. */
import { describe, expect, test } from 'vitest'
import type {
  RaftKillOptions,
  RaftKillReport,
  runRaftKillSuite,
} from '../../../src/conformance/kill-raft/index.ts'
import type { CaseResult, ConformReport } from '../../../src/conformance/report/index.ts'
import type { replayToken, runConformance } from '../../../src/conformance/run/index.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'

const built = (await import(new URL('../../../dist/src/conformance/index.js', import.meta.url).href)) as {
  readonly runRaftKillSuite: typeof runRaftKillSuite
  readonly runConformance: typeof runConformance
  readonly replayToken: typeof replayToken
}

const adapter = (name: string): URL => new URL(`./adapters/${name}.mjs`, import.meta.url)
const minutes = new URL('../kit/adapters/minutes.mjs', import.meta.url)

function run(adapterUrl: URL, options: Partial<RaftKillOptions>): Promise<RaftKillReport> {
  return built.runRaftKillSuite({ adapterUrl, directory: temporaryDirectory(), ...options })
}

describe('Raft storage that is right', () => {
  test.each([
    ['in one file that is written anew', minutes],
    ['on LMDB, whose purge is durable later', adapter('lmdb-raft')],
  ])('%s loses nothing', async (_, url) => {
    const report = await run(url, { kills: 6, seed: 1 })
    expect(report.failure).toBeUndefined()
    expect(report).toMatchObject({ kills: 6, killsAtFailpoints: 0, leftOut: [], directory: undefined })
    expect(Object.keys(report.operations)).toEqual(
      expect.arrayContaining(['append', 'save', 'saveWith', 'truncate', 'purge']),
    )
    expect(Object.keys(report.operations)).not.toContain('takeSnapshot')
  })

  test('and promises little is held to that alone, and what is left out is named', async () => {
    const report = await built.runConformance(adapter('least-minutes'), {
      suites: ['raft-kill'],
      kills: 12,
      seed: 1,
    })
    const { cases } = only(report)
    expect(cases.filter(({ outcome }) => outcome === 'failed')).toEqual([])
    const skipped = cases.filter(({ outcome }) => outcome === 'skipped')
    expect(skipped.map(({ id, missing }) => [id, missing])).toEqual([
      ['RAFT-KILL-WITHOUT-INSTALLSNAPSHOT', ['installSnapshot']],
      ['RAFT-KILL-WITHOUT-BATCH', ['batch']],
      ['RAFT-KILL-WITHOUT-ENDREMEMBERED', ['endRemembered']],
    ])
    expect(skipped[1]?.reason).toBe('the least minutes does not promise batch: no history has saveWith')
  })
})

describe('Raft storage that is killed after an ack', () => {
  test.each([
    ['votes-wait', 1, 'hard-state-regressed'],
    ['entries-wait', 1, 'outcome'],
    ['truncation-waits', 4, 'outcome'],
    ['purge-waits', 1, 'came-back'],
    ['boundary-without-term', 1, 'cursor'],
    ['boundary-goes-with-entries', 5, 'cursor'],
    ['install-waits', 1, 'outcome'],
    ['install-keeps-entries', 1, 'outcome'],
  ])('%s is found out, and shrunk', async (name, seed, rule) => {
    const options = { kills: 3, seed, shrinkMs: 120_000, lanes: ['replayable'] } as const
    const { failure } = await run(adapter(name), options)
    expect(failure?.findings[0]?.rule).toBe(rule)
    expect(failure?.shrunk?.story.rules[0]?.rule).toBe(rule)
    expect(failure?.shrunk?.story.operations.length).toBeLessThanOrEqual(10)
  })

  test('is killed again as its token says, with the same end', async () => {
    const found = await built.runConformance(adapter('votes-wait'), {
      ...{ suites: ['raft-kill'], kills: 12, seed: 1, budget: '10m' },
    })
    const failed = only(found).cases.find(({ outcome }) => outcome === 'failed')
    expect(failed?.token).toMatch(/^hf1:[\d.]+:votes%20wait:raft-kill:RAFT-KILL-\d+:1:s\./)
    const again = await built.replayToken(adapter('votes-wait').href, failed?.token ?? '')
    expect(only(again).cases).toMatchObject([
      { id: failed?.id, outcome: 'failed', story: { rules: [{ rule: 'hard-state-regressed' }] } },
    ])
  })
})

describe('Raft storage that is killed in the middle of a call', () => {
  test.each([
    ['saves-in-halves', 2],
    ['replaces-in-halves', 1],
  ])('%s is found out', async (name, seed) => {
    const { failure } = await run(adapter(name), { kills: 60, seed, lanes: ['by-clock'], shrinkMs: 20_000 })
    expect(failure).toMatchObject({ isReplayable: false, findings: [{ rule: expect.any(String) }] })
    expect(['partial', 'acked-lost']).toContain(failure?.findings[0]?.rule)
  })
})

function only({ suites }: ConformReport): { readonly cases: readonly CaseResult[] } {
  expect(suites.length).toBe(1)
  return suites[0] as NonNullable<(typeof suites)[0]>
}
