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
const files = new URL('../../dist/src/cli/adapters/file-state-machine.js', import.meta.url)
const mutant = (name: string): URL => new URL(`./mutant-adapters/${name}.mjs`, import.meta.url)

function run(options: StateKillOptions): Promise<StateKillReport> {
  const directory = temporaryDirectory()
  // What fails is not shrunk, unless that is asked for.
  return built.runStateKillSuite({ directory, shrinkMs: 0, ...options })
}

test.each([
  ['LMDB', lmdb],
  ['files', files],
])('a state machine on %s loses nothing, however its process is killed', async (_, adapterUrl) => {
  const report = await run({ adapterUrl, kills: 6, seed: 31 })
  expect(report.failure).toBeUndefined()
  expect(report).toMatchObject({ kills: 6, seed: 31, directory: undefined })
  expect(report.killsAtFailpoints).toBeGreaterThan(2)
  expect(report.operations.apply).toBeGreaterThan(20)
})

test.each([
  // What was before a reset is never issued again.
  ['recovers-an-old-copy', ['acked-lost', 'never-issued']],
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
    code: 'HOLDFAST_ADAPTER',
  })
})
