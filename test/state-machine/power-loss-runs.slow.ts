import { expect, test } from 'vitest'
import { isStraceMissing } from '../medium/strace.ts'
import { adapter, built, lmdb, losePower } from './power-loss-rig.ts'

test.skipIf(isStraceMissing).each([
  ['files', adapter('on-files'), 120],
  ['LMDB', lmdb, 120],
] as const)('a state machine on %s loses nothing when the power goes', async (_, adapterUrl, images) => {
  const few = { imagesPerMoment: 8, secondCrashes: 0, reopenings: 0 }
  const report = await losePower({ adapterUrl, images, seed: 5, ...few })
  expect(report.failures).toEqual([])
  expect(report.images).toBeGreaterThanOrEqual(images)
  // Its creation alone is of more images than that.
  expect(report.ackedCommits).toBeGreaterThan(0)
  for (const { cannotJudge } of report.workloads) expect(cannotJudge).toBe(undefined)
})

test.skipIf(isStraceMissing)(
  'a failure tells what was lost, and replays without strace, with the same log',
  async () => {
    const adapterUrl = adapter('calls-applied-durable')
    const { failures } = await losePower({ adapterUrl, images: 1_000, seed: 1 })
    const [failure] = failures
    expect(failure?.findings.map(({ rule }) => rule)).toEqual(['acked-lost'])
    expect(failure?.lost.join()).toMatch(/^pwrite64 log\/wal-/)
    expect(failure?.history.at(0)).toMatch(/^ {3}1 {2}applyChunk\(1 to .* acked, durable$/)
    const recording = failure?.recording ?? ''
    const again = await built.replayStatePowerLoss({ adapterUrl, recording })
    expect(again.failures[0]?.findings).toEqual(failure?.findings)
    // What it said is not what it left: another that opens it finds the same.
    const other = await built.replayStatePowerLoss({ adapterUrl: adapter('on-files'), recording })
    expect(other.failures[0]?.findings).toEqual(failure?.findings)
  },
)

test('a module that is no adapter is refused', async () => {
  const adapterUrl = new URL('../children/no-adapter.mjs', import.meta.url)
  await expect(losePower({ adapterUrl })).rejects.toMatchObject({ code: 'HOLDFAST_ADAPTER' })
})
