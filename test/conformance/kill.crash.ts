import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import type { KillReport, KillSuiteOptions, runKillSuite } from '../../src/conformance/kill/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

// The built modules: the suite spawns its child from where it is itself.
const built = (await import(new URL('../../dist/src/conformance/index.js', import.meta.url).href)) as {
  readonly runKillSuite: typeof runKillSuite
}

const lmdb = new URL('../../dist/src/cli/adapters/lmdb.js', import.meta.url)
const fileStore = new URL('../children/file-store.mjs', import.meta.url)
const mutant = (name: string): URL => new URL(`./mutant-adapters/${name}.mjs`, import.meta.url)

/** What fails is not shrunk, unless that is asked for. */
function run(options: KillSuiteOptions): Promise<KillReport> {
  return built.runKillSuite({ directory: temporaryDirectory(), shrinkMs: 0, ...options })
}

/** Everything but what the clock decides. */
function replayable(report: KillReport): unknown {
  const verdicts = report.verdicts.filter(({ lane }) => lane === 'replayable')
  const failures = report.failures.filter(({ lane }) => lane === 'replayable')
  return {
    verdicts: verdicts.map(({ number, moment, isLegal }) => ({ number, moment, isLegal })),
    failures: failures.map(({ number, findings, history, recovered }) => ({
      number,
      findings,
      history,
      recovered,
    })),
  }
}

test('the LMDB store loses nothing, however its process is killed', async () => {
  const report = await run({ adapterUrl: lmdb, kills: 8, seed: 11 })
  expect(report.failures).toEqual([])
  expect(report).toMatchObject({ kills: 8, lost: 0, seed: 11, adapter: 'the LMDB store' })
  expect(report.ackedCommits).toBeGreaterThan(50)
  expect(report.killsByKind.failpoint).toBeGreaterThan(0)
})

test('a store of another make, without failpoints of LMDB, passes too', async () => {
  const report = await run({ adapterUrl: fileStore, kills: 6, seed: 12 })
  expect(report.failures).toEqual([])
  expect(report.kills).toBe(6)
})

test.each([
  ['acks-before-durable', 1, ['acked-lost', 'came-back', 'cursor']],
  ['defers-promises', 1, ['hard-state-regressed']],
  ['ends-by-itself', 1, ['unusable']],
  ['flips-a-bit', 1, ['acked-lost', 'reopen']],
  ['forgets-truncation', 1, ['outcome', 'came-back']],
  ['loses-metadata', 1, ['hard-state-regressed']],
  ['replaces-in-two-commits', 78, ['acked-lost', 'cursor']],
  ['resets-counter', 2, ['outcome', 'cursor']],
  ['stale-lock', 1, ['unusable']],
  ['swallows-refusals', 1, ['outcome']],
  ['tears-batches', 3, ['partial']],
  ['trims-out-of-order', 6, ['partial']],
  ['writes-at-open', 1, ['outcome', 'cursor', 'reopen']],
])('the store that %s is caught, with seed %d', async (name, seed, rules) => {
  const report = await run({ adapterUrl: mutant(name), kills: 40, seed, lanes: ['replayable'] })
  const [failure] = report.failures
  expect(failure?.lane).toBe('replayable')
  for (const { rule } of failure?.findings ?? []) expect(rules).toContain(rule)
})

test('a replayable failure is the same one again, to the last operation', async () => {
  const options = { adapterUrl: mutant('acks-before-durable'), kills: 12, seed: 3 }
  const [first, second] = [await run(options), await run(options)]
  expect(first.failures.length).toBeGreaterThan(0)
  expect(replayable(second)).toEqual(replayable(first))
})

test('a failure says what was called, what came back, and how to see it again', async () => {
  const report = await run({ adapterUrl: mutant('loses-metadata'), kills: 1, seed: 1 })
  const [failure] = report.failures
  expect(failure?.history.length).toBeGreaterThan(5)
  expect(failure?.history.length).toBeLessThanOrEqual(16)
  expect(failure?.recovered[0]).toMatch(/^firstIndex \d+, nextIndex \d+/)
  expect(failure?.replay).toBe(
    `holdfast conform --suite kill --kills 1 --seed 1 --adapter ${mutant('loses-metadata').href}`,
  )
  expect(failure?.isReplayable).toBe(true)
})

test.each([
  ['acks-before-durable', ['appendEntries']],
  ['defers-promises', ['setPromise']],
])(
  'the failure of a store that %s is shrunk to one call, and to a crash after its ack',
  async (name, calls) => {
    const directory = temporaryDirectory()
    const options = {
      adapterUrl: mutant(name),
      kills: 40,
      seed: 1,
      lanes: ['replayable'],
      directory,
    } as const
    const { failures } = await run({ ...options, shrinkMs: 60_000 })
    const { story, moment, path, runs, failed } = failures[0]?.shrunk ?? {}
    expect(story?.operations).toMatchObject(calls.map((call) => ({ text: expect.stringContaining(call) })))
    expect(story?.operations).toMatchObject([{ ending: 'durable', survived: false }])
    expect(story?.rules[0]?.rule).toBe(failures[0]?.findings[0]?.rule)
    expect({ moment, runs, failed }).toEqual({ moment: 'after 1 ack', runs: 2, failed: 2 })
    expect(path).toMatch(/^s\.[\w-]+$/)
    expect(readdirSync(directory).filter((name) => name.startsWith('script'))).toEqual([])
  },
)

test('the logs of a run that failed are kept, those of one that did not are removed', async () => {
  const directory = temporaryDirectory()
  const good = await run({ adapterUrl: fileStore, kills: 2, seed: 1, directory })
  expect(good.directory).toBe(undefined)
  expect(readdirSync(directory)).toEqual([])
  const bad = await run({ adapterUrl: mutant('loses-metadata'), kills: 2, seed: 1, directory })
  expect(bad.directory).toBe(directory)
  expect(existsSync(bad.failures[0]?.directory ?? '')).toBe(true)
})

test('a directory that another run uses is refused', async () => {
  const directory = temporaryDirectory()
  const [one, two] = await Promise.allSettled([
    run({ adapterUrl: fileStore, kills: 2, seed: 1, directory }),
    run({ adapterUrl: fileStore, kills: 2, seed: 1, directory }),
  ])
  const refused = [one, two].filter((result) => result.status === 'rejected')
  expect(refused).toHaveLength(1)
  expect(refused[0]?.reason).toMatchObject({ code: 'HOLDFAST_INVALID_ARGUMENT', argument: 'directory' })
})

test('an aborted run ends its children and removes its logs', async () => {
  const directory = temporaryDirectory()
  const controller = new AbortController()
  const running = run({
    adapterUrl: lmdb,
    kills: 1000,
    seed: 1,
    directory,
    signal: controller.signal,
    onProgress: () => controller.abort(new Error('enough')),
  })
  await expect(running).rejects.toThrow('enough')
  expect(readdirSync(directory)).toEqual([])
})

test('a store that does not outlive its process is refused', async () => {
  const adapterUrl = new URL('../children/memory-adapter.mjs', import.meta.url)
  await expect(run({ adapterUrl, kills: 1 })).rejects.toMatchObject({ argument: 'adapterUrl' })
})

test.each([
  ['kills', { kills: 0 }],
  ['kills', { kills: 1.5 }],
  ['seed', { seed: -1 }],
  ['seed', { seed: 2 ** 32 }],
])('runKillSuite() refuses %s out of range', async (argument, options) => {
  await expect(run({ adapterUrl: fileStore, ...options })).rejects.toMatchObject({ argument })
})

test('children end when their parent is killed', async () => {
  const directory = temporaryDirectory()
  const program = fileURLToPath(new URL('../children/run-kill-suite.mjs', import.meta.url))
  const parent = spawn(process.execPath, [program, directory], { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void parent.kill('SIGKILL'))
  for await (const line of createInterface({ input: parent.stdout })) if (line === 'killed one') break
  parent.stderr.resume()
  parent.kill('SIGKILL')
  // The children have inherited its standard error: that closes when the last of them is gone.
  await once(parent, 'close')
})
