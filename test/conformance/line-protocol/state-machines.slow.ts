/** State machines behind the line protocol: the reference, some that are wrong, and some that are no partners. */
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import type * as conformanceModule from '../../../src/conformance/index.ts'
import { SeededRandom } from '../../../src/conformance/random.ts'
import { realEntry } from '../../../src/conformance/state-machine/entries.ts'
import { LogGenerator } from '../../../src/conformance/state-machine/history.ts'
import { LmdbStateMachine, type StateMachine } from '../../../src/state-machine/index.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'

// Threads and children are started from where the built modules are.
const built: string = new URL('../../../dist/src/conformance/index.js', import.meta.url).href
const suites = (await import(built)) as typeof conformanceModule

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const inScripts = (name: string): string => pathOf(`../../../scripts/line-protocol/${name}`)
const commands = {
  Node: `${process.execPath} ${inScripts('state-machine.mjs')} --dir {dir}`,
  Python: `python3 ${inScripts('state_machine.py')}`,
}
const broken = (how: string): Promise<URL> =>
  suites.commandAdapterUrl(`${process.execPath} ${pathOf('./broken-state-machine.mjs')} '${how}'`)
const brokenInPython = (how: string): Promise<URL> =>
  suites.commandAdapterUrl(`python3 ${pathOf('./broken_state_machine.py')} '${how}'`)

const run = (url: URL, suite: 'state-kill' | 'state-machine', filter?: string) =>
  suites.runConformance(url, {
    ...(filter === undefined ? { suites: [suite] } : { filter }),
    ...{ kills: 3, seed: 1 },
  })

/** A process is started for each open, and there are four of them for an image: no recovery is interrupted here. */
const takePower = (adapterUrl: URL) =>
  suites.runStatePowerLossSuite({
    ...{ adapterUrl, images: 20, seed: 1, operations: 3 },
    ...{ imagesPerMoment: 8, secondCrashes: 0, reopenings: 0 },
  })
const powerLossMsMax = 300_000

describe.each(Object.entries(commands))('the reference state machine in %s', (_, command) => {
  test.each([
    'SM-LIFE',
    'SM-CAS',
    'SM-DECODE',
    'SM-AGAIN',
    'SM-TTL',
    'SM-READ',
    'SM-SNAP',
    'SM-INSTALL-001S',
    'SM-INSTALL-008S',
    'SM-INSTALL-009S',
    'SM-INSTALL-010',
    'SM-REJECT-007',
    'SM-RESET',
    'SM-FAULT',
  ])('keeps the contract of state machines: %s', async (filter) => {
    const { suites: results } = await run(await suites.commandAdapterUrl(command), 'state-machine', filter)
    const cases = results.flatMap((suite) => suite.cases)
    expect(cases.filter(({ outcome }) => outcome === 'failed')).toEqual([])
    expect(cases.some(({ outcome }) => outcome === 'passed')).toBe(true)
    for (const { missing = [] } of cases)
      for (const one of missing)
        expect(['native', 'failpoints', 'concurrentCalls', 'anyNumber']).toContain(one)
  })

  test('loses nothing when it is killed', async () => {
    const { totals } = await run(await suites.commandAdapterUrl(command), 'state-kill')
    expect(totals).toMatchObject({ passed: 3, failed: 0 })
  })

  test('has the results, the chain, the canonical bytes and the manifest of the one on LMDB', async () => {
    const { create } = await suites.loadStateAdapter(await suites.commandAdapterUrl(command))
    const machines = [create(temporaryDirectory()), new LmdbStateMachine(temporaryDirectory())] as const
    for (const machine of machines) {
      onTestFinished(() => machine.abandon())
      await machine.start()
    }
    const [theirs, ours] = machines
    const generator = new LogGenerator(new SeededRandom(7, 'log'), { index: 0, term: 0, clock: 0 })
    for (let chunk = 0; chunk < 6; chunk++) {
      const entries = generator.entries(40).map(realEntry)
      const [found, expected] = [theirs, ours].map((one) => one.applyChunk(entries, { wantPrev: true }))
      expect({ ...(await found), durable: true }).toEqual(await expected)
    }
    expect(await theirs.digest({ deep: true })).toEqual(await ours.digest({ deep: true }))
    const [made, { id, ...same }] = [await theirs.createSnapshot(), await ours.createSnapshot()]
    expect(made).toEqual({ ...same, id: made.id })
    const source = await theirs.openSnapshot(made.id)
    onTestFinished(() => source.close())
    expect(id).not.toBe(source.manifest.id)
    expect(source.manifest).toEqual(made)
  })

  test('is no log, and is told so by name', async () => {
    const { suites: results } = await suites.runConformance(await suites.commandAdapterUrl(command), {
      suites: ['contract', 'kill'],
    })
    const cases = results.flatMap((suite) => suite.cases)
    expect(cases.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['CONTRACT-ALL', 'skipped'],
      ['KILL-ALL', 'skipped'],
    ])
  })
})

test.skipIf(suites.whyNotRecordable() !== undefined).each(Object.entries(commands))(
  'the reference state machine in %s loses nothing when the power goes',
  async (_, command) => {
    const report = await takePower(await suites.commandAdapterUrl(command))
    expect(report.failures).toEqual([])
    expect(report.ackedCommits).toBeGreaterThan(0)
    expect(report.images).toBeGreaterThanOrEqual(6)
  },
  powerLossMsMax,
)

describe('a state machine behind the line protocol that', () => {
  test('lies has failed, as a state machine', async () => {
    const { verdict, suites: results } = await run(await broken('lies'), 'state-machine', 'SM-CAS-002')
    expect(verdict).toBe('broke')
    expect(results[0]?.cases[0]).toMatchObject({ id: 'SM-CAS-002', outcome: 'failed' })
  })

  test('keeps everything in memory has failed when it is killed', async () => {
    const { verdict } = await run(await broken('forgets'), 'state-kill')
    expect(verdict).toBe('broke')
  })

  test('answers wrong has failed in Python as well', async () => {
    const { verdict } = await run(await brokenInPython('lies'), 'state-machine', 'SM-CAS-002')
    expect(verdict).toBe('broke')
  })

  test.skipIf(suites.whyNotRecordable() !== undefined).each([
    [
      'never syncs',
      /^(Index \d+ was durable, and \d+ came back|The store cannot be opened .*: CorruptionError: )/,
    ],
    ['keeps the position apart', /^The state is not that of its index: /],
  ])(
    '%s has failed when the power goes',
    async (how, text) => {
      const { failures } = await takePower(await brokenInPython(how))
      expect(failures[0]?.findings[0]?.text).toMatch(text)
    },
    powerLossMsMax,
  )

  test.skipIf(suites.whyNotRecordable() !== undefined)(
    'calls durable what it has not synced has failed when the power goes',
    async () => {
      const { failures } = await takePower(await broken('syncs-nothing'))
      expect(failures[0]?.findings[0]).toMatchObject({ rule: 'acked-lost' })
    },
    powerLossMsMax,
  )

  test.each([
    ['prints', 'noise', /wrote to standard output, where only replies may be: "five chunks"/],
    ['dies', 'died', /ended by itself with exit code 1 before it answered apply/],
  ])('%s cannot be run, which says nothing of it', async (how, kind, message) => {
    const told = { code: 'HOLDFAST_ADAPTER', kind, message: expect.stringMatching(message) }
    await expect(run(await broken(how), 'state-kill')).rejects.toMatchObject(told)
  })
})

describe('a reply of a state machine', () => {
  const position = {
    ...{ state: 'running', membership: null },
    applied: { index: 1, term: 1, clock: 0, chain: 0 },
    durableApplied: { index: 1, term: 1, clock: 0, chain: 0 },
  }

  async function started(replies: object): Promise<StateMachine> {
    const said = JSON.stringify({ hello: { kind: 'state-machine' }, replies })
    const url = await suites.commandAdapterUrl(`${process.execPath} ${pathOf('./answers.mjs')} '${said}'`, {
      callMsMax: 1500,
    })
    const machine = (await suites.loadStateAdapter(url)).create(temporaryDirectory())
    onTestFinished(() => machine.abandon())
    await machine.start()
    return machine
  }

  test.each([
    ['without what was found', {}, 'answer', /the field "found" is missing, an object, with bytes in it/],
    ['that is a list', { found: [] }, 'answer', /the field "found" is not an object/],
    [
      'with bytes that are none',
      { found: { value: { base64: 'a b' } } },
      'answer',
      /the field "found" is not/,
    ],
    ['with another field', { value: 1 }, 'answer', /it has no field "value"/],
    ['that is a word', 'found it', 'noise', /where only replies may be: "found it"/],
    ['to nobody', '{"id":99,"found":null}', 'protocol', /answered a request that nobody made/],
    ['that never comes', ['hangs'], 'hang', /did not answer getKey within 1500 ms/],
    ['of a process that dies', ['dies'], 'died', /exit code 7 before it answered getKey/],
    ['of a process that is killed', ['is killed'], 'died', /SIGKILL before it answered getKey/],
    [
      'with an error that does not say',
      { error: { code: 'E', message: 'x' } },
      'answer',
      /error.definite is missing/,
    ],
  ])('%s is told, and is over', async (_, getKey, kind, message) => {
    const machine = await started({ getKey, position })
    const get = (): unknown => machine.get(Uint8Array.of(1))
    const told = { code: 'HOLDFAST_ADAPTER', kind, message: expect.stringMatching(message) }
    expect(get).toThrow(expect.objectContaining(told))
    expect(() => machine.applied()).toThrow(expect.objectContaining(told))
  })

  test('with the name of an error of Holdfast is that error, with its code and its fields', async () => {
    const error = { code: 'SnapshotError', message: 'busy', definite: true, details: { kind: 'inProgress' } }
    const machine = await started({ createSnapshot: { error }, position })
    await expect(machine.createSnapshot()).rejects.toMatchObject({
      ...{ name: 'SnapshotError', code: 'HOLDFAST_SNAPSHOT', kind: 'inProgress', message: 'busy' },
    })
    expect(machine.applied().index).toBe(1)
  })

  test('that is null stands for what is not there', async () => {
    const machine = await started({ getKey: { found: null }, lease: { answer: {} }, position })
    expect(machine.get(Uint8Array.of(1))).toBeUndefined()
    expect(machine.leases.nextExpiry()).toBeUndefined()
    expect(machine.membership()).toBeUndefined()
  })
})
