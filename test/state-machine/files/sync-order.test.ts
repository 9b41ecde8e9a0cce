/** What is durable before what: the order of the system calls that a loss of power could come between. */
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { temporaryDirectory } from '../../temporary-directory.ts'
import { calls } from './file-calls.ts'
import { applyCommands, openMedium, put } from './files-rig.ts'

vi.mock('node:fs', async (importOriginal) => {
  const { recordCalls } = await import('./file-calls.ts')
  return recordCalls(await importOriginal())
})

const [wal1, wal2] = ['wal-0000000000000001.log', 'wal-0000000000000002.log']
const checkpoint = 'checkpoint-0000000000000001'
const createSecondSegment = [
  `write ${wal2}.staging`,
  `sync ${wal2}.staging`,
  `rename to ${wal2}`,
  'sync directory',
]
const sealFirstSegment = [`write ${wal1}`, `sync ${wal1}`]
const switchCurrent = ['write CURRENT.staging', 'sync CURRENT.staging', 'rename to CURRENT', 'sync directory']

beforeEach(() => {
  calls.length = 0
})

/** The calls since the last time, without those of the owner's lock, and the removal of what is only being written. */
function callsSince(): string[] {
  return calls
    .splice(0)
    .filter((call) => !call.endsWith('holdfast.lock') && !/^remove .*\.staging$/.test(call))
}

test('a new state has its first segment before CURRENT names it', async () => {
  await openMedium(temporaryDirectory())
  const [first, second, ...rest] = callsSince()
  // The directory's own name, and what is in it.
  expect([first, second]).toEqual(['sync directory', 'sync directory'])
  expect(rest.slice(0, 8)).toEqual([
    `write ${wal1}.staging`,
    `sync ${wal1}.staging`,
    `rename to ${wal1}`,
    'sync directory',
    ...switchCurrent,
  ])
})

test('a chunk is synced before it is answered', async () => {
  const { medium } = await openMedium(temporaryDirectory())
  callsSince()
  applyCommands(medium, [put('a', '1')])
  expect(callsSince()).toEqual([`write ${wal1}`, `sync ${wal1}`])
})

test('the name of a new segment is durable before the old one says that it ended, and that before the next record', async () => {
  const { medium } = await openMedium(temporaryDirectory(), { segmentBytes: 10 })
  callsSince()
  applyCommands(medium, [put('a', '1')])
  expect(callsSince()).toEqual([...createSecondSegment, ...sealFirstSegment, `write ${wal2}`, `sync ${wal2}`])
})

test('a checkpoint is durable before CURRENT names it, and CURRENT before what it replaces is removed', async () => {
  const { medium } = await openMedium(temporaryDirectory())
  applyCommands(medium, [put('a', '1')])
  callsSince()
  await medium.checkpoint()
  // Header, rows, footer.
  const written = Array(3).fill(`write ${checkpoint}.staging`)
  expect(callsSince()).toEqual([
    ...createSecondSegment,
    ...sealFirstSegment,
    ...written,
    `sync ${checkpoint}.staging`,
    `rename to ${checkpoint}`,
    'sync directory',
    ...switchCurrent,
    `remove ${wal1}`,
  ])
})

test('under `never`, records are synced before a new segment begins', async () => {
  const { medium } = await openMedium(temporaryDirectory(), { sync: 'never' })
  callsSince()
  applyCommands(medium, [put('a', '1')])
  expect(callsSince()).toEqual([`write ${wal1}`])
  await medium.checkpoint()
  expect(callsSince().slice(0, 2)).toEqual([`sync ${wal1}`, `write ${wal2}.staging`])
})

test('what no later record proves is written again and synced when it is found', async () => {
  const directory = temporaryDirectory()
  const { medium } = await openMedium(directory)
  applyCommands(medium, [put('a', '1')])
  medium.abandon()
  callsSince()
  await openMedium(directory)
  expect(callsSince()).toEqual(['sync directory', 'sync directory', `write ${wal1}`, `sync ${wal1}`])
})

test('a torn tail is cut off before anything else is written', async () => {
  const directory = temporaryDirectory()
  const { medium } = await openMedium(directory)
  medium.abandon()
  appendFileSync(join(directory, wal1), 'torn')
  callsSince()
  await openMedium(directory)
  expect(callsSince().slice(2)).toEqual([`truncate ${wal1}`, `sync ${wal1}`])
})
