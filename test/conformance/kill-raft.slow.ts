import { existsSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import type {
  RaftKillOptions,
  RaftKillProgress,
  RaftKillReport,
  runRaftKillSuite,
} from '../../src/conformance/kill-raft/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

// The built modules: the suite spawns its child from where it is itself.
const built = (await import(new URL('../../dist/src/conformance/index.js', import.meta.url).href)) as {
  readonly runRaftKillSuite: typeof runRaftKillSuite
}

const lmdb = new URL('../../dist/src/cli/adapters/lmdb.js', import.meta.url)
const fileStore = new URL('../children/file-store.mjs', import.meta.url)
const mutant = (name: string): URL => new URL(`./mutant-adapters/${name}.mjs`, import.meta.url)

/** What fails is not shrunk, unless that is asked for. */
function run(options: RaftKillOptions): Promise<RaftKillReport> {
  return built.runRaftKillSuite({ directory: temporaryDirectory(), shrinkMs: 0, ...options })
}

test('Raft storage on LMDB loses nothing, however its process is killed', async () => {
  const directory = temporaryDirectory()
  const report = await run({ adapterUrl: lmdb, kills: 10, seed: 22, directory })
  expect(report.failure).toBeUndefined()
  expect(report).toMatchObject({ kills: 10, seed: 22, adapter: 'the LMDB store', directory: undefined })
  expect(report.killsAtFailpoints).toBeGreaterThan(5)
  expect(readdirSync(directory)).toEqual([])
})

test('Raft storage on a log of another make passes too', async () => {
  const report = await run({ adapterUrl: fileStore, kills: 5, seed: 22 })
  expect(report.failure).toBeUndefined()
})

test.each([
  ['acks-before-durable', 1, ['hard-state-regressed', 'acked-lost', 'cursor', 'came-back', 'unusable']],
  ['appends-one-by-one', 2, ['partial']],
  ['defers-votes', 4, ['hard-state-regressed']],
  ['flips-a-bit', 1, ['acked-lost', 'came-back', 'reopen']],
  ['loses-votes', 2, ['outcome', 'hard-state-regressed', 'unusable']],
  ['purges-without-boundary', 1, ['outcome', 'unusable']],
  ['replaces-in-two-commits', 4, ['acked-lost', 'partial']],
  ['saves-apart', 3, ['hard-state-regressed', 'unusable', 'partial', 'came-back']],
  ['tears-batches', 2, ['unusable', 'partial']],
  ['trims-out-of-order', 3, ['unusable']],
])('Raft storage on a log that %s is caught, with seed %d', async (name, seed, rules) => {
  const report = await run({ adapterUrl: mutant(name), kills: 8, seed })
  expect(report.failure?.findings.length).toBeGreaterThan(0)
  for (const { rule } of report.failure?.findings ?? []) expect(rules).toContain(rule)
})

test('a failure is the same one again, to the last operation, and its storage is kept', async () => {
  const options = { adapterUrl: mutant('defers-votes'), kills: 8, seed: 4 }
  const [first, second] = [await run(options), await run(options)]
  expect(first.failure?.history.length).toBeGreaterThan(5)
  expect(second.failure).toEqual({ ...first.failure, directory: second.failure?.directory })
  expect(existsSync(first.failure?.directory ?? '')).toBe(true)
  expect(first.failure?.replay).toBe(
    `holdfast conform --suite raft-kill --kills 8 --seed 4 --adapter ${mutant('defers-votes').href}`,
  )
})

test('a failure is shrunk to the calls that it takes', async () => {
  const report = await run({ adapterUrl: mutant('defers-votes'), kills: 8, seed: 4, shrinkMs: 60_000 })
  const { story, moment, path } = report.failure?.shrunk ?? {}
  expect(story?.operations).toMatchObject([
    { text: expect.stringMatching(/^save\(term/), ending: 'durable', survived: false },
  ])
  expect(story?.rules).toMatchObject([{ rule: 'hard-state-regressed' }])
  expect(moment).toBe('after 1 ack')
  expect(path).toMatch(/^s\.[\w-]+$/)
})

test('a run tells after each kill how far it is', async () => {
  const told: number[][] = []
  const onProgress = ({ killsPlanned, kills, operations, failures }: RaftKillProgress): void =>
    void told.push([killsPlanned, kills, Math.sign(operations), failures])
  await run({ adapterUrl: fileStore, kills: 2, seed: 22, onProgress })
  expect(told).toEqual([
    [2, 1, 1, 0],
    [2, 2, 1, 0],
  ])
})

test('a store that does not outlive its process is refused, and so are options out of range', async () => {
  const memory = new URL('../children/memory-adapter.mjs', import.meta.url)
  await expect(run({ adapterUrl: memory, kills: 1 })).rejects.toMatchObject({ argument: 'adapterUrl' })
  await expect(run({ adapterUrl: lmdb, kills: 0 })).rejects.toMatchObject({ argument: 'kills' })
  await expect(run({ adapterUrl: lmdb, seed: -1 })).rejects.toMatchObject({ argument: 'seed' })
})
