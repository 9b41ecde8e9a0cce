/** Raft storage of another make: what it must not serve when its file is damaged, and what it may. */
import { expect, test } from 'vitest'
import type { RotReport, RotSuiteOptions, runRotSuite } from '../../../src/conformance/rot/index.ts'

const built = (await import(new URL('../../../dist/src/conformance/index.js', import.meta.url).href)) as {
  readonly runRotSuite: typeof runRotSuite
}
const adapter = (name: string): URL => new URL(`./adapters/${name}.mjs`, import.meta.url)

function run(options: RotSuiteOptions): Promise<RotReport> {
  return built.runRotSuite({ seed: 3, operations: 12, ...options })
}

/** Of the only file that such storage has. */
function flipped(offset: number): NonNullable<RotSuiteOptions['exactly']> {
  return { kind: 'flip', path: 'log/minutes', offset, bit: 0, group: 'head' }
}

test("Holdfast's own Raft storage, with its snapshots, is right or says that it is not", async () => {
  const adapterUrl = new URL('../../../dist/src/cli/adapters/lmdb-raft.js', import.meta.url)
  const { failures, outcomes } = await run({ adapterUrl, operations: 60, damages: 150 })
  expect(failures).toEqual([])
  expect(outcomes.refused).toBeGreaterThan(20)
  expect(outcomes.intact).toBeGreaterThan(20)
  // An old snapshot that is damaged hinders nobody, and is told of.
  expect(outcomes.audited).toBeGreaterThan(0)
})

test('Raft storage with a checksum over all of its file is right, or says that it is not', async () => {
  const report = await run({ adapterUrl: adapter('minutes-sealed'), damages: 30 })
  expect(report.failures).toEqual([])
  expect(report.outcomes.refused).toBe(30)
})

test.each([
  ['minutes-with-an-unsealed-vote', 'a vote', 32, /^Term and vote are term \d+, vote "(?!another)\w+"/],
  [
    'minutes-with-an-unsealed-vote',
    'a term',
    15,
    /^Term and vote are term \d+, vote "another", and should be/,
  ],
  ['minutes-with-an-unsealed-boundary', 'a boundary', 5, /The purge boundary is {"index":\d+,/],
  [
    'minutes-with-an-unsealed-boundary',
    "a boundary's term",
    11,
    /The purge boundary is {"index":\d+,"term":\d+}/,
  ],
])('Raft storage that serves what was damaged is caught: %s, %s', async (name, _, offset, text) => {
  const { failures } = await run({ adapterUrl: adapter(name), exactly: flipped(offset) })
  expect(failures[0]).toMatchObject({ outcome: 'wrong', text: expect.stringMatching(text) })
})

test('Raft storage without a checksum is caught: it serves what a flipped bit made', async () => {
  const { outcomes, failures } = await run({ adapterUrl: adapter('minutes-without-a-seal'), damages: 40 })
  expect(outcomes.wrong).toBeGreaterThan(0)
  expect(failures.find(({ outcome }) => outcome === 'wrong')?.damage).toMatch(/^bit \d of byte \d+ of log/)
})

test('Raft storage that takes a damaged file for a new one is caught', async () => {
  const { failures } = await run({ adapterUrl: adapter('minutes-take-a-cut-file-for-new'), damages: 4 })
  expect(failures[0]).toMatchObject({
    outcome: 'wrong',
    text: expect.stringMatching(/^Term and vote are none, .* acked entries are gone/),
  })
})

test('Raft storage that looks for ever for what was cut off is caught', async () => {
  const exactly = { kind: 'cut', path: 'log/minutes', bytes: 4096, group: 'cut' } as const
  const options = { adapterUrl: adapter('minutes-die-of-a-cut'), exactly, checkMsMax: 4_000 }
  expect((await run(options)).failures).toMatchObject([{ outcome: 'ended' }])
})
