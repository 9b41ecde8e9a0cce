import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { PowerLossReport } from '../../../src/conformance/power-loss/index.ts'
import { isStraceMissing } from '../../medium/strace.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'
import { adapter, built, run } from './suite.ts'

const main = fileURLToPath(new URL('../../../dist/src/cli/main.js', import.meta.url))
const lmdb = new URL('../../../dist/src/cli/adapters/lmdb.js', import.meta.url)

/** All that the seed decides. */
function replayable({ failures, workloads }: PowerLossReport): unknown {
  return {
    workloads: workloads.map(({ moments, isLegal }) => ({ moments, isLegal })),
    failures: failures.map(({ findings, history, lost, survived }) => ({
      findings,
      history,
      lost,
      survived,
    })),
  }
}

test.skipIf(isStraceMissing)('the LMDB store loses nothing, on a disk that promises nothing', async () => {
  const report = await run({ adapterUrl: lmdb, images: 200, seed: 5 })
  expect(report.failures).toEqual([])
  expect(report).toMatchObject({ adapter: 'the LMDB store', model: 'posix', seed: 5, lost: 0 })
  expect(report.images).toBeGreaterThanOrEqual(200)
  expect(report.judged).toBeGreaterThan(report.images)
  for (const { cannotJudge } of report.workloads) expect(cannotJudge).toBe(undefined)
})

test.skipIf(isStraceMissing)('the same seed finds the same failure', async () => {
  const options = { adapterUrl: adapter('trusts-the-size'), images: 400, seed: 3 }
  const [first, second] = [await run(options), await run(options)]
  expect(first.failures).toHaveLength(1)
  expect(replayable(second)).toEqual(replayable(first))
})

test.skipIf(isStraceMissing)(
  'a failure tells what was called, what was lost and survived, and replays without strace',
  async () => {
    const directory = temporaryDirectory()
    const adapterUrl = adapter('renames-without-directory-sync')
    const { failures } = await run({ adapterUrl, images: 200, seed: 1, directory })
    const [failure] = failures
    expect(failure?.history).toEqual([expect.stringMatching(/appendEntry\(.*acked, durable/)])
    expect(failure?.lost).toHaveLength(1)
    expect(failure?.survived.join()).toContain('create log/log.bin.new')
    expect(readdirSync(directory)).toEqual(['power-loss-1-1.jsonl'])
    expect(failure?.recording).toBe(join(directory, 'power-loss-1-1.jsonl'))
    const words = ['conform', '--replay', failure?.recording ?? '', '--adapter', fileURLToPath(adapterUrl)]
    const { status, stdout } = spawnSync(process.execPath, [main, ...words], {
      encoding: 'utf8',
      env: { ...process.env, PATH: '' },
    })
    expect(status).toBe(1)
    for (const { text } of failure?.findings ?? []) expect(stdout).toContain(text)
  },
)

test.skipIf(isStraceMissing)(
  'what a store shows after its process was killed, and has not synced, is found to be lost',
  async () => {
    const adapterUrl = adapter('shows-an-unsynced-rename')
    const [failure] = (await run({ adapterUrl, images: 20, seed: 1, secondCrashes: 0 })).failures
    expect(failure).toMatchObject({ isAfterReopening: true, workload: 1 })
    expect(failure?.lost).toEqual([expect.stringContaining('rename log/log.bin.new to log/log.bin')])
  },
)

test.skipIf(isStraceMissing)(
  'a copy that the kernel made and nobody synced is found to be lost',
  async () => {
    const adapterUrl = adapter('publishes-an-unsynced-copy')
    const { failures, workloads } = await run({ adapterUrl, images: 400, seed: 1, secondCrashes: 0 })
    expect(workloads.map(({ cannotJudge }) => cannotJudge)).toEqual(workloads.map(() => undefined))
    expect(failures[0]?.findings[0]?.rule).toMatch(/unusable|acked-lost/)
    expect(failures[0]?.lost.join()).toMatch(/(copy_file_range|sendfile|ioctl) log\/log\.bin\.copy/)
  },
)

test.skipIf(isStraceMissing)('a replay passes when the store was mended', async () => {
  const directory = temporaryDirectory()
  const { failures } = await run({ adapterUrl: adapter('trusts-the-size'), images: 400, seed: 1, directory })
  const recording = failures[0]?.recording ?? ''
  const again = await built.replayPowerLoss({ adapterUrl: adapter('trusts-the-size'), recording })
  expect(again.failures[0]?.findings).toEqual(failures[0]?.findings)
  const mended = await built.replayPowerLoss({ adapterUrl: adapter('appending-store'), recording })
  expect(mended).toMatchObject({ failures: [], images: 1, judged: 1 })
})

test.skipIf(isStraceMissing)(
  'a store that maps its data shared and writable cannot be judged, and is not passed',
  async () => {
    const report = await run({ adapterUrl: adapter('maps-writable'), images: 200, seed: 1 })
    const [workload] = report.workloads
    expect(workload?.cannotJudge).toMatch(/^map log\/new\.mdb-lock shared and writable/)
    const words = ['conform', '--suite', 'power-loss', '--adapter', fileURLToPath(adapter('maps-writable'))]
    const { status, stdout } = spawnSync(process.execPath, [main, ...words], { encoding: 'utf8' })
    expect({ status, isTold: stdout.includes('cannot judge a store that does this') }).toEqual({
      status: 3,
      isTold: true,
    })
  },
)

test.skipIf(isStraceMissing)(
  'a store that dies by itself is a finding, and what it said before is told',
  async () => {
    const report = await run({ adapterUrl: adapter('ends-by-itself'), images: 200, seed: 1 })
    expect(report.failures[0]?.findings).toEqual([
      { rule: 'unusable', text: expect.stringContaining('its process ended by itself') },
    ])
    expect(report.failures[0]?.history.at(-1)).toContain('IN FLIGHT')
  },
)

test.skipIf(isStraceMissing)('an aborted run ends its processes and removes its directories', async () => {
  const directory = join(temporaryDirectory(), 'new')
  mkdirSync(directory)
  const controller = new AbortController()
  const running = run({
    adapterUrl: lmdb,
    images: 100_000,
    seed: 1,
    directory,
    signal: controller.signal,
    onProgress: ({ images }) => images > 20 && controller.abort(new Error('enough')),
  })
  await expect(running).rejects.toThrow('enough')
  expect(readdirSync(directory)).toEqual([])
})

test('where strace is missing the suite is skipped by name, and the run is inconclusive', () => {
  const words = ['conform', '--suite', 'power-loss']
  const { status, stdout } = spawnSync(process.execPath, [main, ...words], {
    encoding: 'utf8',
    env: { ...process.env, PATH: '' },
  })
  expect(status).toBe(3)
  expect(stdout).toContain('INCONCLUSIVE POWER-LOSS-ALL, the power-loss suite: strace is not installed')
})

test.each([
  ['images', { images: 0 }],
  ['seed', { seed: -1 }],
  ['operations', { operations: 0 }],
  ['imagesPerMoment', { imagesPerMoment: 7 }],
  ['reopenings', { reopenings: -1 }],
  ['secondCrashes', { secondCrashes: -1 }],
  ['checkers', { checkers: 0 }],
  ['model', { model: 'raid' as 'posix' }],
])('runPowerLossSuite() refuses %s out of range', async (argument, options) => {
  await expect(run({ adapterUrl: lmdb, ...options })).rejects.toMatchObject({ argument })
})

test('a store that does not outlive its process is refused', async () => {
  const adapterUrl = new URL('../../children/memory-adapter.mjs', import.meta.url)
  await expect(run({ adapterUrl })).rejects.toMatchObject({ argument: 'adapterUrl' })
  expect(existsSync(fileURLToPath(adapterUrl))).toBe(true)
})
