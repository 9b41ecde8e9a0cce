/** Stores that are right, which must pass, and stores with one mistake each, every one of which must be found. */
import { expect, test } from 'vitest'
import type { RotReport, RotSuiteOptions, runRotSuite } from '../../../src/conformance/rot/index.ts'

// The built modules: the suite spawns its children from where it is itself.
const built = (await import(new URL('../../../dist/src/conformance/index.js', import.meta.url).href)) as {
  readonly runRotSuite: typeof runRotSuite
}
const checkedLmdb = new URL('../../../dist/src/cli/adapters/lmdb-checked.js', import.meta.url)
const adapter = (name: string): URL => new URL(`./adapters/${name}.mjs`, import.meta.url)

function run(options: RotSuiteOptions): Promise<RotReport> {
  return built.runRotSuite({ seed: 3, ...options })
}

test('the LMDB store as it is opened by default is right or says that it is not, whatever is damaged', async () => {
  const adapterUrl = new URL('../../../dist/src/cli/adapters/lmdb.js', import.meta.url)
  const report = await run({ adapterUrl, damages: 100 })
  expect(report.failures).toEqual([])
  expect(report.outcomes.refused).toBeGreaterThan(20)
  expect(report.outcomes.intact).toBeGreaterThan(20)
})

test('the LMDB store whose trees are checked is right or says that it is not, whatever is damaged', async () => {
  const report = await run({ adapterUrl: checkedLmdb, damages: 100 })
  expect(report.failures).toEqual([])
  expect(report.damages).toBe(100)
  expect(report.outcomes.refused).toBeGreaterThan(20)
  expect(report.outcomes.intact).toBeGreaterThan(20)
})

test('a store of another make passes when it is right', async () => {
  const report = await run({ adapterUrl: adapter('sealed'), damages: 60 })
  expect(report.failures).toEqual([])
  expect(report.outcomes.refused).toBe(60)
})

test('a storage of the kit refuses damage by errors of its own', async () => {
  const report = await run({ adapterUrl: adapter('kit-sealed'), operations: 12, damages: 14 })
  expect(report.failures).toEqual([])
  expect(report.outcomes.refused).toBe(14)
})

test('a storage of the kit that serves what a flipped bit made is caught', async () => {
  const options = { adapterUrl: adapter('kit-unsealed'), operations: 12, damages: 14 }
  expect((await run(options)).failures[0]).toMatchObject({ outcome: 'wrong' })
})

test('a store without a checksum is caught: it serves what a flipped bit made', async () => {
  const { outcomes, failures } = await run({ adapterUrl: adapter('serves-what-is-there'), damages: 60 })
  expect(outcomes.wrong).toBeGreaterThan(0)
  expect(failures.find(({ outcome }) => outcome === 'wrong')?.damage).toMatch(/^bit \d of byte \d+ of log/)
})

test('a store that dies or loops for a file that is cut off is caught, and the next one is opened', async () => {
  const options = { adapterUrl: adapter('dies-of-a-cut'), damages: 12, checkMsMax: 4_000, isObserving: true }
  const { outcomes, failures } = await run(options)
  expect(outcomes.ended).toBeGreaterThan(1)
  const cut = failures.find(({ damage }) => damage.includes('cut to'))
  expect(cut?.outcome).toBe('ended')
})

test('a store that takes a damaged file for a new one is caught', async () => {
  const { failures } = await run({ adapterUrl: adapter('takes-a-cut-file-for-new'), damages: 20 })
  expect(failures[0]).toMatchObject({ outcome: 'wrong', text: expect.stringContaining('is gone') })
})

test('a failure names the one command that shows it again', async () => {
  const adapterUrl = adapter('takes-a-cut-file-for-new')
  const [failure] = (await run({ adapterUrl, adapterArgument: './mine.mjs', damages: 20 })).failures
  const [, number = ''] =
    /^holdfast .* --damage (\d+) --adapter \.\/mine\.mjs$/.exec(failure?.replay ?? '') ?? []
  const again = await run({ adapterUrl, damage: Number(number) })
  expect(again.failures[0]).toMatchObject({ damage: failure?.damage, outcome: 'wrong' })
})

test.each([
  ['damages', { damages: 0 }],
  ['damage', { damage: 10_000_000 }],
  ['seed', { seed: -1 }],
  ['operations', { operations: 0 }],
  ['checkers', { checkers: 0 }],
])('runRotSuite() refuses %s out of range', async (argument, options) => {
  await expect(run({ adapterUrl: checkedLmdb, ...options })).rejects.toMatchObject({ argument })
})

test('a store that does not outlive its process is refused', async () => {
  const adapterUrl = new URL('../../children/memory-adapter.mjs', import.meta.url)
  await expect(run({ adapterUrl })).rejects.toMatchObject({ argument: 'adapterUrl' })
})
