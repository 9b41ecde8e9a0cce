/** Stores that are right, which must pass, and stores with one mistake each, every one of which must be found. */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { commandAdapterUrl } from '../../../src/conformance/line-protocol/index.ts'
import { isStraceMissing } from '../../medium/strace.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'
import { run, runUntilInjected } from './fault-runs.ts'

const built = (await import(new URL('../../../dist/src/conformance/index.js', import.meta.url).href)) as {
  readonly commandAdapterUrl: typeof commandAdapterUrl
}
const main = fileURLToPath(new URL('../../../dist/src/cli/main.js', import.meta.url))
const lmdb = new URL('../../../dist/src/cli/adapters/lmdb.js', import.meta.url)
const adapter = (name: string): URL => new URL(`./adapters/${name}.mjs`, import.meta.url)

test.skipIf(isStraceMissing)('the LMDB store loses nothing when syncs and writes fail', async () => {
  const report = await run({ adapterUrl: lmdb, faults: 8 })
  expect(report.failures).toEqual([])
  expect(report.faults + report.outcomes.missed).toBe(8)
  expect(report.outcomes.poisoned).toBeGreaterThan(0)
  expect(report.outcomes.refused).toBeGreaterThan(0)
  expect(report.faultsPossible).toBeGreaterThan(report.calls)
})

test.skipIf(isStraceMissing)('a store of another make passes when it is right', async () => {
  const report = await run({ adapterUrl: adapter('poisons-itself'), faults: 6 })
  expect(report.failures).toEqual([])
  expect(report.faults).toBeGreaterThan(3)
})

test.skipIf(isStraceMissing).each([
  ['swallows-sync-error', 9, ['hard-state-regressed'], /fdatasync.* fails with EIO/],
  ['retries-sync', 9, ['hard-state-regressed'], /fdatasync.* fails with EIO/],
  ['acks-without-room', 5, ['hard-state-regressed'], /write.* fails with ENOSPC/],
  ['ignores-short-writes', 7, ['unusable'], /write.* finds the disk full in the middle/],
  ['ends-when-it-fails', 12, ['hard-state-regressed'], /fdatasync.* fails with EIO/],
] as const)('the store that %s is caught', async (name, number, rules, fault) => {
  const report = await runUntilInjected({ adapterUrl: adapter(name), fault: number })
  const [failure] = report.failures
  expect(failure?.fault).toMatch(fault)
  expect(failure?.findings.map(({ rule }) => rule)).toEqual(expect.arrayContaining([...rules]))
})

test.skipIf(isStraceMissing)('a storage of the kit passes when it is right', async () => {
  const report = await run({ adapterUrl: adapter('kit-log'), faults: 6 })
  expect(report.failures).toEqual([])
  expect(report.faults).toBeGreaterThan(3)
  expect(report.outcomes.refused + report.outcomes.poisoned).toBeGreaterThan(0)
})

test.skipIf(isStraceMissing)('a storage of the kit that goes on after a failed sync is caught', async () => {
  const report = await runUntilInjected({ adapterUrl: adapter('kit-log-goes-on'), fault: 31 })
  const [failure] = report.failures
  expect(failure?.fault).toMatch(/the sync of log\/log\.txt .* fails with EIO/)
  expect(failure?.findings).toEqual([expect.objectContaining({ rule: 'outcome' })])
})

test.skipIf(isStraceMissing)(
  'a storage that is a command is opened again by another process where a call has failed',
  async () => {
    const store = fileURLToPath(new URL('../../../scripts/line-protocol/store.mjs', import.meta.url))
    const report = await run({
      adapterUrl: await built.commandAdapterUrl(`${process.execPath} ${store} {dir}`),
      faults: 4,
    })
    expect(report.failures).toEqual([])
    expect(report.faults).toBeGreaterThan(0)
    expect(report.skipped).toEqual([])
  },
)

test.skipIf(isStraceMissing)('a store in doubt that goes on is caught by its answers alone', async () => {
  const report = await runUntilInjected({ adapterUrl: adapter('goes-on-in-doubt'), fault: 9 })
  expect(report.failures[0]?.findings).toEqual([
    { rule: 'outcome', text: expect.stringContaining('has succeeded on a store that is poisoned') },
  ])
})

test.skipIf(isStraceMissing)('a failure names the one command that shows it again', async () => {
  const directory = temporaryDirectory()
  const options = {
    adapterUrl: adapter('swallows-sync-error'),
    adapterArgument: './mine.mjs',
    fault: 9,
    directory,
  }
  const { failures } = await runUntilInjected(options)
  expect(failures[0]?.replay).toBe(
    'holdfast conform --suite fault --seed 3 --operations 12 --fault 9 --adapter ./mine.mjs',
  )
  expect(readdirSync(directory)).toEqual([])
})

test.skipIf(isStraceMissing)('an aborted run ends its processes and removes its directories', async () => {
  const directory = join(temporaryDirectory(), 'new')
  const controller = new AbortController()
  const onProgress = (): void => controller.abort(new Error('enough'))
  const running = run({ adapterUrl: lmdb, directory, signal: controller.signal, onProgress })
  await expect(running).rejects.toThrow('enough')
  expect(readdirSync(directory)).toEqual([])
})

test('where strace is missing the suite is inconclusive, and named', () => {
  const { status, stdout } = spawnSync(process.execPath, [main, 'conform', '--suite', 'fault'], {
    encoding: 'utf8',
    env: { ...process.env, PATH: '' },
  })
  expect(status).toBe(3)
  expect(stdout).toContain('INCONCLUSIVE FAULT-ALL, the fault suite: strace is not installed')
})

test.each([
  ['faults', { faults: 0 }],
  ['fault', { fault: 0 }],
  ['seed', { seed: -1 }],
  ['operations', { operations: 0 }],
  ['lanes', { lanes: 0 }],
])('runFaultSuite() refuses %s out of range', async (argument, options) => {
  await expect(run({ adapterUrl: lmdb, ...options })).rejects.toMatchObject({ argument })
})
