import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type * as conformanceModule from '../../../src/conformance/index.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'

// Threads and children are started from where the built modules are.
const built: string = new URL('../../../dist/src/conformance/index.js', import.meta.url).href
const suites = (await import(built)) as typeof conformanceModule

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const reference = (name: string): string => pathOf(`../../../scripts/line-protocol/${name}`)
const commands = {
  Node: `${process.execPath} ${reference('store.mjs')}`,
  Python: `python3 ${reference('store.py')}`,
}
const broken = (how: string): Promise<URL> =>
  suites.commandAdapterUrl(`${process.execPath} ${pathOf('./broken-store.mjs')} '${how}'`)
const kill = (adapterUrl: URL, kills = 4) =>
  suites.runKillSuite({ adapterUrl, kills, seed: 1, directory: temporaryDirectory() })

describe.each(Object.entries(commands))('the reference storage in %s', (_, command) => {
  test('keeps the contract of a log', async () => {
    const adapter = await suites.loadAdapter(await suites.commandAdapterUrl(command))
    // Each case starts its own processes: one of each kind, and all of them in scripts/third-party.
    const kinds = new Set<string>()
    const cases = suites.contractCases.filter(({ id, requires = [] }) => {
      const kind = id.slice(0, id.lastIndexOf('-'))
      if (!id.startsWith('LOG-') || requires.length > 0 || kinds.has(kind)) return false
      return kinds.add(kind)
    })
    const { cases: results } = await suites.runContractSuite(adapter, { cases })
    expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([])
    expect(results.filter(({ outcome }) => outcome === 'passed').length).toBeGreaterThan(4)
  })

  test('loses nothing when it is killed', async () => {
    const report = await kill(await suites.commandAdapterUrl(command))
    expect(report.failures).toEqual([])
    expect(report.ackedCommits).toBeGreaterThan(0)
  })

  test('answers as the model does', async () => {
    const url = await suites.commandAdapterUrl(command)
    const report = await suites.runConformance(url, { suites: ['model'], seed: 1, histories: 8 })
    const cases = report.suites.flatMap((suite) => suite.cases)
    expect(cases.map(({ id, outcome, reason }) => [id, outcome, reason])).toEqual(
      ['MODEL-CALLS', 'MODEL-REOPENS', 'MODEL-CRASHES'].map((id) => [id, 'passed', undefined]),
    )
  })
})

describe('the reference Paxos storage in Node', () => {
  const command = `${process.execPath} ${reference('paxos-store.mjs')}`

  test('keeps the contract of Paxos storage', async () => {
    const adapter = await suites.loadAdapter(await suites.commandAdapterUrl(command))
    const wanted = [
      'PAXOS-PREFIX-001',
      'PAXOS-STOPSIGN-001',
      'PAXOS-SNAPSHOT-002',
      'PAXOS-ATOMIC-001',
      'PAXOS-META-002',
    ]
    const cases = suites.casesFor(adapter).filter(({ id }) => wanted.includes(id))
    const { cases: results } = await suites.runContractSuite(adapter, { cases })
    expect(results.map(({ id, outcome, reason }) => [id, outcome, reason]).sort()).toEqual(
      wanted.map((id) => [id, 'passed', undefined]).sort(),
    )
  })

  test('loses nothing when it is killed', async () => {
    const report = await kill(await suites.commandAdapterUrl(command), 2)
    expect(report.failures).toEqual([])
  })
})

describe.each([
  ['Node', `${process.execPath} ${reference('raft-store.mjs')} --dir {dir}`],
  ['Python', `python3 ${reference('raft_store.py')}`],
])('the reference Raft storage in %s', (_, command) => {
  test('keeps the contract of Raft storage', async () => {
    const adapter = await suites.loadAdapter(await suites.commandAdapterUrl(command))
    const wanted = ['APPEND-009', 'CONFLICT-002', 'PURGE-003', 'HARDSTATE-004', 'INSTALL-002', 'REOPEN-001']
    const cases = suites.casesFor(adapter).filter(({ id }) => wanted.includes(id.slice('RAFT-'.length)))
    const { cases: results } = await suites.runContractSuite(adapter, { cases })
    expect(results.map(({ id, outcome, reason }) => [id, outcome, reason])).toEqual(
      results.map(({ id }) => [id, 'passed', undefined]),
    )
    expect(results.length).toBe(wanted.length)
  })

  test('loses nothing when it is killed', async () => {
    const adapterUrl = await suites.commandAdapterUrl(command)
    const report = await suites.runRaftKillSuite({
      adapterUrl,
      kills: 3,
      seed: 1,
      directory: temporaryDirectory(),
    })
    expect(report).toMatchObject({ failure: undefined, leftOut: [], kills: 3 })
  })
})

describe('Raft storage behind the line protocol', () => {
  const brokenRaft = (how: string): Promise<URL> =>
    suites.commandAdapterUrl(`${process.execPath} ${pathOf('./broken-raft-store.mjs')} '${how}'`)

  test.each([
    ['acks votes first', /^Term and vote are/],
    ['lies', /^Operation \d+, entries, has returned .*; it should have returned/],
  ])('that %s has failed, as storage', async (how, text) => {
    const lanes = ['replayable'] as const
    const options = { kills: 6, seed: 1, directory: temporaryDirectory(), lanes, shrinkMs: 60_000 }
    const { failure } = await suites.runRaftKillSuite({ adapterUrl: await brokenRaft(how), ...options })
    expect(failure?.findings[0]?.text).toMatch(text)
    expect(failure?.shrunk?.story.operations.length).toBeLessThanOrEqual(10)
  })

  test('that prints cannot be run, which says nothing of the storage', async () => {
    const options = { kills: 1, seed: 1, directory: temporaryDirectory() }
    const run = suites.runRaftKillSuite({ adapterUrl: await brokenRaft('prints'), ...options })
    await expect(run).rejects.toMatchObject({ code: 'HOLDFAST_ADAPTER', kind: 'noise' })
  })
})

describe('bytes that rot under a storage behind the line protocol', () => {
  const rot = (adapterUrl: URL) =>
    suites.runRotSuite({ adapterUrl, seed: 3, operations: 12, damages: 14, checkMsMax: 60_000 })

  test('are refused by one that knows its file', async () => {
    const store = `${process.execPath} ${pathOf('./sealed-store.mjs')}`
    const report = await rot(await suites.commandAdapterUrl(store))
    expect(report.failures).toEqual([])
    expect(report.outcomes.refused).toBeGreaterThan(10)
  })

  test('are found where they are served as data, and the story says where they are', async () => {
    const { failures } = await rot(await broken('looks at no checksum'))
    const wrong = failures.filter(({ outcome }) => outcome === 'wrong').map(({ story }) => story.damage)
    expect(wrong).toContainEqual(expect.objectContaining({ path: 'log/log', bit: expect.any(Number) }))
  })
})

describe.skipIf(suites.whyNotRecordable() !== undefined)(
  'a call that fails under a storage behind the line protocol',
  () => {
    const fail = (adapterUrl: URL) =>
      suites.runFaultSuite({ adapterUrl, seed: 7, operations: 12, faults: 10 })

    test('loses nothing when the next process writes anew what it shows', async () => {
      const report = await fail(await suites.commandAdapterUrl(commands.Node))
      expect(report.failures).toEqual([])
      expect(report.skipped).toEqual([])
    })

    test('is found where the next process trusts what it reads', async () => {
      const { failures } = await fail(await broken('trusts what it reads'))
      const ofSync = failures.find(({ fault }) => /the sync of log\/log .* fails with EIO/.test(fault))
      expect(ofSync?.findings[0]?.rule).toBe('acked-lost')
    })
  },
)

describe('a storage behind the line protocol that', () => {
  test.each([
    ['acks first', /is gone|went back/],
    ['lies', /^Operation \d+, getEntries, has returned .*; it should have returned/],
    [
      'chokes on what was left',
      /cannot be opened and read after the kill: .*ended by itself with exit code 1/,
    ],
  ])('%s has failed, as storage', async (how, text) => {
    const { failures } = await kill(await broken(how))
    expect(failures[0]?.findings[0]?.text).toMatch(text)
  })

  test.each([
    ['dies', 'died', /"dies" ended by itself with exit code 1 before it answered/],
    ['prints', 'noise', /"prints" wrote to standard output, where only replies may be: "five commits"/],
  ])('%s cannot be run, which says nothing of the storage', async (how, kind, message) => {
    await expect(kill(await broken(how))).rejects.toMatchObject({
      ...{ code: 'HOLDFAST_ADAPTER', kind },
      message: expect.stringMatching(message),
    })
  })

  test.skipIf(suites.whyNotRecordable() !== undefined)(
    'never syncs loses nothing when it is killed, and what it acked when the power goes',
    async () => {
      const adapterUrl = await broken('never syncs')
      expect((await kill(adapterUrl)).failures).toEqual([])
      const { failures } = await suites.runPowerLossSuite({ adapterUrl, images: 40, seed: 1, operations: 3 })
      expect(failures[0]?.findings[0]?.text).toMatch(/^Acked entry \d+ .* is gone/)
    },
  )
})
