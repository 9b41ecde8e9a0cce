import { expect, onTestFinished, test } from 'vitest'
import {
  type ApplyEntry,
  type Command,
  FileStateMachine,
  LmdbStateMachine,
  type StateMachine,
} from '../../../src/state-machine/index.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'
import { bytes, put } from './files-rig.ts'

async function started<T extends StateMachine>(machine: T): Promise<T> {
  onTestFinished(() => machine.close())
  await machine.start()
  return machine
}

function entriesFrom(first: number, commands: readonly Command[]): ApplyEntry[] {
  return commands.map((command, at) => ({ index: first + at, term: 1, time: (first + at) * 10, command }))
}

const commands: readonly Command[] = [
  put('a', '1'),
  { kind: 'cas', key: bytes('a'), expected: bytes('0'), value: bytes('wrong') },
  { kind: 'cas', key: bytes('a'), expected: bytes('1'), value: bytes('2'), ttlMs: 1000 },
  put('b', 'leased', 15),
  { kind: 'noop' },
  { kind: 'cas', key: bytes('b'), expected: null, value: bytes('anew') },
  { kind: 'touch', key: bytes('a'), ttlMs: 5000 },
  { kind: 'delete', key: bytes('absent') },
  { kind: 'config', membership: bytes('members') },
]

async function sendSnapshot(from: StateMachine, to: StateMachine): Promise<void> {
  const manifest = await from.createSnapshot()
  const source = await from.openSnapshot(manifest.id)
  const install = await to.beginInstall(manifest)
  for await (const { block, bytes } of source.blocks()) await install.write(block, bytes)
  await install.commit()
  await source.close()
}

test('on files and on LMDB, a log gives the same results and the same state, also after opening again', async () => {
  const directory = temporaryDirectory()
  const file = await started(new FileStateMachine(directory))
  const lmdb = await started(new LmdbStateMachine(temporaryDirectory()))
  const whole = await lmdb.applyChunk(entriesFrom(1, commands))
  const first = await file.applyChunk(entriesFrom(1, commands.slice(0, 4)))
  const second = await file.applyChunk(entriesFrom(5, commands.slice(4)))
  expect([...first.results, ...second.results]).toEqual(whole.results)
  expect(await file.digest({ deep: true })).toEqual(await lmdb.digest({ deep: true }))
  file.abandon()
  const reopened = new FileStateMachine(directory)
  expect(await reopened.open()).toMatchObject({
    replayedEntries: 9,
    applied: { index: 9, term: 1, clock: 90 },
  })
  await started(reopened)
  expect(await reopened.digest({ deep: true })).toEqual(await lmdb.digest({ deep: true }))
  expect(reopened.membership()).toEqual({ at: { index: 9, term: 1 }, bytes: bytes('members') })
  expect(reopened.leases.nextExpiry()).toBe(lmdb.leases.nextExpiry())
})

test('a snapshot goes from files to LMDB and back, and the log goes on after it', async () => {
  const directory = temporaryDirectory()
  const file = await started(new FileStateMachine(directory))
  const lmdb = await started(new LmdbStateMachine(temporaryDirectory()))
  await file.applyChunk(entriesFrom(1, commands))
  await sendSnapshot(file, lmdb)
  await lmdb.applyChunk(entriesFrom(10, [put('c', '3')]))
  await sendSnapshot(lmdb, file)
  expect(file.durableApplied().index).toBe(10)
  await file.applyChunk(entriesFrom(11, [put('d', '4')]))
  await lmdb.applyChunk(entriesFrom(11, [put('d', '4')]))
  file.abandon()
  const reopened = await started(new FileStateMachine(directory))
  expect(await reopened.digest({ deep: true })).toEqual(await lmdb.digest({ deep: true }))
})

test('reset() is for good', async () => {
  const directory = temporaryDirectory()
  const file = await started(new FileStateMachine(directory))
  await file.applyChunk(entriesFrom(1, commands))
  await file.reset()
  expect(file.applied()).toEqual({ index: 0, term: 0, clock: 0, chain: 0 })
  await file.applyChunk(entriesFrom(1, [put('z', '1')]))
  file.abandon()
  const reopened = await started(new FileStateMachine(directory))
  expect(reopened.size()).toEqual({ keys: 1, leases: 0, bytes: 2 })
})

test('a caller that never waits for anything else does not keep a checkpoint from being written', async () => {
  const bytesOf: number[] = []
  const onCheckpoint = ({ bytes }: { readonly bytes: number }): void => void bytesOf.push(bytes)
  const file = await started(
    new FileStateMachine(temporaryDirectory(), { checkpointEntries: 10, checkpointRatio: 0, onCheckpoint }),
  )
  for (let index = 1; index <= 60; index++) await file.applyChunk(entriesFrom(index, [put('a', `${index}`)]))
  expect(bytesOf.length).toBeGreaterThan(0)
})
