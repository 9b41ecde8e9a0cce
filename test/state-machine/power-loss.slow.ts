import { expect, test } from 'vitest'
import { isStraceMissing } from '../medium/strace.ts'
import { adapter, lmdb, losePower } from './power-loss-rig.ts'

test.skipIf(isStraceMissing).each([
  ['on files', 'posix', adapter('on-files')],
  ['on files', 'journaled', adapter('on-files')],
  ['on files, which syncs when it is told', 'posix', adapter('on-files-lazily')],
  ['on LMDB', 'posix', lmdb],
  ['on LMDB', 'journaled', lmdb],
] as const)('a state machine %s loses nothing on a disk that is %s', async (_, model, adapterUrl) => {
  const report = await losePower({ adapterUrl, images: model === 'posix' ? 500 : 150, seed: 7, model })
  expect(report.failures).toEqual([])
})

test.skipIf(isStraceMissing)(
  'recoveries are told apart by what they change, and each kind is interrupted once more',
  async () => {
    const report = await losePower({ adapterUrl: adapter('on-files'), images: 300, seed: 7 })
    expect(report.failures).toEqual([])
    expect(report.recoveryKinds).toBeGreaterThan(2)
    expect(report.recoveryKindsInterrupted).toBeGreaterThan(1)
    const again = report.workloads.reduce((sum, { secondCrashes }) => sum + secondCrashes, 0)
    expect(again).toBeGreaterThan(report.workloads.length)
  },
)

test.skipIf(isStraceMissing).each([
  ['syncs-no-directory', /^rename log\/|^create log\//],
  ['acks-before-log-sync', /log\/wal-/],
  ['publishes-unwritten-checkpoint', /log\/checkpoint-/],
  ['names-unsynced-generation', /log\/CURRENT\.new/],
  ['calls-applied-durable', /log\/wal-/],
] as const)('a state machine that %s is caught', async (name, lost) => {
  const { failures } = await losePower({ adapterUrl: adapter(name), images: 1_500, seed: 1 })
  expect(failures).toHaveLength(1)
  expect(failures[0]?.lost.length).toBeGreaterThan(0)
  for (const call of failures[0]?.lost ?? []) expect(call).toMatch(lost)
})

test.skipIf(isStraceMissing)(
  'a state machine that writes CURRENT in place is caught while it is empty',
  async () => {
    const { failures } = await losePower({
      adapterUrl: adapter('writes-current-in-place'),
      images: 1_500,
      seed: 1,
    })
    expect(failures[0]?.findings[0]?.text).toContain('CURRENT has 0 bytes')
  },
)
