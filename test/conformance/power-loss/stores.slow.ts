/** Stores that are right, which must pass, and stores with one mistake each, every one of which must be found. */
import { expect, test } from 'vitest'
import { isStraceMissing } from '../../medium/strace.ts'
import { adapter, built, run } from './suite.ts'

const right = ['whole-file-store', 'appending-store', 'key-value-store'] as const

test
  .skipIf(isStraceMissing)
  .each(right.flatMap((name) => [[name, 'posix'] as const, [name, 'journaled'] as const]))(
  'a store of another make passes when it is right: %s, on a disk that is %s',
  async (name, model) => {
    const images = model === 'posix' ? 80 : 30
    const report = await run({ adapterUrl: adapter(name), images, seed: 1, model })
    expect(report.failures).toEqual([])
    expect(report.images).toBeGreaterThanOrEqual(images)
  },
)

test.skipIf(isStraceMissing).each([
  ['acks-before-sync', 'posix', ['acked-lost', 'cursor'], /^write log\/log\.bin/],
  ['acks-before-sync', 'journaled', ['acked-lost', 'cursor'], /^write log\/log\.bin/],
  ['lmdb-lazy', 'journaled', ['unusable'], /log\/data\.mdb/],
  ['lmdb-lazy', 'posix', ['unusable'], /log\/data\.mdb/],
  ['lmdb-no-sync', 'posix', ['unusable'], /log\/data\.mdb/],
  ['lmdb-no-sync', 'journaled', ['unusable'], /log\/data\.mdb/],
  ['overwrites-in-place', 'posix', ['unusable'], /^pwrite64 log\/log\.bin/],
  ['overwrites-in-place', 'journaled', ['unusable'], /^pwrite64 log\/log\.bin/],
  ['renames-without-directory-sync', 'posix', ['acked-lost', 'cursor'], /^rename log\/log\.bin\.new/],
  ['renames-without-directory-sync', 'journaled', ['acked-lost', 'cursor'], /^rename log\/log\.bin\.new/],
  ['syncs-the-wrong-file', 'posix', ['unusable'], /^write log\/log\.bin\.new/],
  ['syncs-the-wrong-file', 'journaled', ['acked-lost', 'cursor'], /log\/log\.bin\.new/],
  ['trusts-the-size', 'posix', ['unusable'], /^write log\/log\.bin/],
] as const)('the store that %s is caught on a disk that is %s', async (name, model, rules, lost) => {
  const report = await run({ adapterUrl: adapter(name), images: 2_000, seed: 1, model })
  const [failure] = report.failures
  expect(failure?.model).toBe(model)
  for (const { rule } of failure?.findings ?? []) expect(rules).toContain(rule)
  for (const call of failure?.lost ?? ['']) expect(call).toMatch(lost)
})

test.skipIf(isStraceMissing)(
  'a store that trusts the size is right where the size never comes first',
  async () => {
    const report = await run({
      adapterUrl: adapter('trusts-the-size'),
      images: 60,
      seed: 1,
      model: 'journaled',
    })
    expect(report.failures).toEqual([])
  },
)

test.skipIf(isStraceMissing)(
  'a store whose recovery does not survive a second power loss is caught, and only so',
  async () => {
    const options = { adapterUrl: adapter('recovers-in-place'), images: 60, seed: 1 }
    const once = await run({ ...options, secondCrashes: 0 })
    expect(once.failures).toEqual([])
    // Found among a sample of one, as a recovery that changes other files than most.
    const report = await run({ ...options, secondCrashes: 1 })
    const [failure] = report.failures
    expect(report.recoveryKinds).toBeGreaterThan(1)
    expect(failure?.isOfRecovery).toBe(true)
    expect(failure?.findings).not.toEqual([])
    expect(failure?.survived).toEqual([expect.stringContaining('unlink log/log.bin')])
    const again = await built.replayPowerLoss({
      adapterUrl: adapter('recovers-in-place'),
      recording: failure?.recording ?? '',
    })
    expect(again.failures[0]?.findings).toEqual(failure?.findings)
  },
)

test.skipIf(isStraceMissing).each(['shows-an-unsynced-tail', 'shows-an-unsynced-rename'])(
  'the store that %s when it is opened after a kill is caught, and only so',
  async (name) => {
    const options = { adapterUrl: adapter(name), images: 60, seed: 1 }
    const withoutKills = await run({ ...options, reopenings: 0 })
    expect(withoutKills.failures).toEqual([])
    const [failure] = (await run(options)).failures
    expect(failure?.isAfterReopening).toBe(true)
    expect(failure?.lost).toEqual([expect.stringMatching(/^(write|rename) log\/log\.bin/)])
    const again = await built.replayPowerLoss({
      adapterUrl: adapter(name),
      recording: failure?.recording ?? '',
    })
    expect(again.failures[0]?.findings).toEqual(failure?.findings)
  },
)

test.skipIf(isStraceMissing).each(right)(
  'a store that makes durable what it shows passes kills and reopenings: %s',
  async (name) => {
    const report = await run({ adapterUrl: adapter(name), images: 80, seed: 2 })
    expect(report.failures).toEqual([])
    const [workload] = report.workloads
    expect(workload?.reopenings).toBeGreaterThan(0)
    expect(workload?.reopenedMoments).toBeGreaterThan(0)
  },
)

test.skipIf(isStraceMissing)(
  'a store that recovers as it should passes a second power loss a second power loss',
  async () => {
    const report = await run({
      adapterUrl: adapter('whole-file-store'),
      images: 40,
      seed: 1,
      secondCrashes: 3,
    })
    expect(report.failures).toEqual([])
    expect(report.workloads[0]?.secondCrashes).toBeGreaterThanOrEqual(3)
    expect(report.workloads[0]?.secondMoments).toBeGreaterThan(10)
  },
)
