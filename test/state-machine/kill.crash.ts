import { expect, test } from 'vitest'
import type {
  runStateKillSuite,
  StateKillOptions,
  StateKillReport,
} from '../../src/conformance/state-machine/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

// The built modules: the suite spawns its child from where it is itself.
const built = (await import(
  new URL('../../dist/src/conformance/state-machine/index.js', import.meta.url).href
)) as { readonly runStateKillSuite: typeof runStateKillSuite }

const lmdb = new URL('../../dist/src/cli/adapters/lmdb-state-machine.js', import.meta.url)
const mutant = (name: string): URL => new URL(`./mutant-adapters/${name}.mjs`, import.meta.url)

function run(options: StateKillOptions): Promise<StateKillReport> {
  const directory = temporaryDirectory()
  return built.runStateKillSuite({ directory, ...options })
}

test('a state machine on LMDB loses nothing, however its process is killed', async () => {
  const report = await run({ adapterUrl: lmdb, kills: 8, seed: 31 })
  expect(report.failure).toBeUndefined()
  expect(report).toMatchObject({ kills: 8, seed: 31, directory: undefined })
  expect(report.killsAtFailpoints).toBeGreaterThan(3)
  expect(report.applied).toBeGreaterThan(50)
})

test.each([
  ['recovers-an-old-copy', ['acked-lost']],
  ['splits-chunks', ['partial', 'outcome']],
  ['forgets-leases', ['partial', 'outcome']],
])('a state machine that %s is caught', async (name, rules) => {
  const report = await run({ adapterUrl: mutant(name), kills: 4, seed: 4 })
  expect(report.failure?.findings.length).toBeGreaterThan(0)
  for (const { rule } of report.failure?.findings ?? []) expect(rules).toContain(rule)
})

test('a module that is no adapter is refused', async () => {
  await expect(
    run({ adapterUrl: new URL('../children/no-adapter.mjs', import.meta.url) }),
  ).rejects.toMatchObject({
    argument: 'adapterUrl',
  })
})
