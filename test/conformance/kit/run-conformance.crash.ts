/** A whole run, on storage that knows nothing of Holdfast and on adapters that cannot be run. */
import { describe, expect, test } from 'vitest'
import type { conformance } from '../../../src/conformance/doors/node.ts'
import type { runConformance } from '../../../src/conformance/run/index.ts'

const built = (await import(new URL('../../../dist/src/conformance/index.js', import.meta.url).href)) as {
  readonly runConformance: typeof runConformance
}

const url = (name: string): URL => new URL(`./adapters/${name}`, import.meta.url)

test('a right storage holds, and the report says what it is and what was left out', async () => {
  const report = await built.runConformance(url('journal.mjs'), {
    suites: ['contract', 'kill', 'sweep'],
    filter: undefined,
    kills: 2,
    seed: 1,
    levels: ['kill', 'fault'],
  })
  expect(report).toMatchObject({
    verdict: 'held',
    seed: 1,
    adapter: {
      name: 'a journal',
      version: '1.2.3',
      kind: 'log',
      capabilities: { trim: 'returned', audit: false },
    },
  })
  expect(report.suites.map(({ name }) => name)).toEqual(['sweep', 'kill'])
  expect(report.suites[0]?.cases).toMatchObject([{ outcome: 'skipped', missing: ['failpoints'] }])
})

test('a wrong one broke', async () => {
  const report = await built.runConformance(url('forgets.mjs'), {
    suites: ['kill'],
    kills: 4,
    seed: 1,
    budget: '1s',
  })
  expect(report.verdict).toBe('broke')
  expect(report.suites[0]?.cases.find(({ outcome }) => outcome === 'failed')?.reason).toMatch(
    /holdfast conform file:\S+forgets\.mjs --replay hf1:/,
  )
})

test('a filter runs those cases of the contract, and nothing else', async () => {
  const report = await built.runConformance(url('least.mjs'), { filter: 'log-append' })
  expect(report.suites.map(({ name }) => name)).toEqual(['contract'])
  const ids = report.suites[0]?.cases.map(({ id }) => id) ?? []
  expect(ids.length).toBeGreaterThan(5)
  expect(ids.every((id) => id.startsWith('LOG-APPEND-'))).toBe(true)
})

test('progress is told, and that a suite is over', async () => {
  const told: string[] = []
  await built.runConformance(url('least.mjs'), {
    filter: 'LOG-APPEND-001',
    onProgress: ({ suite, done, planned, isOver }) => told.push(`${suite} ${done}/${planned} ${isOver}`),
  })
  expect(told).toEqual(['contract 1/1 false', 'contract 1/1 true'])
})

describe('an adapter that cannot be run is no storage that fails:', () => {
  test.each([
    [
      'misbehaves-throws.mjs',
      'open',
      /tried in a new, empty directory, and open\(\) failed: .*the door is shut/,
    ],
    ['misbehaves-lacks.mjs', 'missing-method', /promises trim, .* has no method trim/],
    ['misbehaves-answers.mjs', 'answer', /nextIndex\(\) answered "three"/],
    ['misbehaves-append.mjs', 'open', /append\(\) failed: .*always/],
  ])('%s', async (name, kind, message) => {
    await expect(built.runConformance(url(name), { filter: 'LOG-APPEND-001' })).rejects.toMatchObject({
      code: 'HOLDFAST_ADAPTER',
      kind,
      message: expect.stringMatching(message),
    })
  })
})

describe('in a case of the contract', () => {
  test('an adapter that answers nonsense is none that fails', async () => {
    const running = built.runConformance(url('misbehaves-later.mjs'), { filter: 'LOG-APPEND' })
    await expect(running).rejects.toMatchObject({ code: 'HOLDFAST_ADAPTER', kind: 'answer' })
  })

  test('a storage that dies of what it left behind has failed', async () => {
    const report = await built.runConformance(url('dies-after-a-crash.mjs'), { suites: ['contract'] })
    expect(report.verdict).toBe('broke')
    const failed = report.suites[0]?.cases.filter(({ outcome }) => outcome === 'failed') ?? []
    expect(failed.length).toBeGreaterThan(0)
    for (const { reason } of failed) expect(reason).toContain('cannot be opened again')
  })
})

test.each([
  ['budget', { budget: '10 minutes' }],
  ['filter', { filter: 'LOG-TRUM' }],
])('%s that means nothing is refused', async (argument, options) => {
  await expect(built.runConformance(url('least.mjs'), options)).rejects.toMatchObject({ argument })
})

test("a door takes no adapter of Holdfast's own port, and says where it can go", async () => {
  const door = (await import(
    new URL('../../../dist/src/conformance/doors/node.js', import.meta.url).href
  )) as {
    readonly conformance: typeof conformance
  }
  const ofPort = new URL('../../children/memory-adapter.mjs', import.meta.url)
  expect(() => door.conformance(ofPort)).toThrow(
    expect.objectContaining({
      code: 'HOLDFAST_ADAPTER',
      kind: 'definition',
      message: expect.stringMatching(/one of Holdfast's own port.*give this one to runConformance\(\)/),
    }),
  )
})
