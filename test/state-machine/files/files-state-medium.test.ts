import { copyFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { FailpointRegistry } from '../../../failpoints/index.ts'
import {
  CorruptionError,
  InvalidArgumentError,
  LogLockedError,
  PoisonedError,
  WriteFailedError,
} from '../../../src/errors.ts'
import type { Row } from '../../../src/state-machine/core/values.ts'
import { ForeignStateError } from '../../../src/state-machine/errors.ts'
import { FilesStateMedium } from '../../../src/state-machine/files/files-state-medium.ts'
import type { CheckpointEvent } from '../../../src/state-machine/files/options.ts'
import { fileStateSites } from '../../../src/state-machine/files/sites.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'
import {
  applyCommands,
  byHand,
  bytes,
  eventually,
  fastDirectory,
  filesIn,
  format,
  openMedium,
  put,
  stateOf,
} from './files-rig.ts'

const firstSegment = 'wal-0000000000000001.log'

function storedIn(medium: FilesStateMedium, key: string): string | undefined {
  const row = medium.row(bytes(key))
  return row && Buffer.from(row.value).toString()
}

function failureOf(what: () => unknown): unknown {
  try {
    what()
    return undefined
  } catch (error) {
    return error
  }
}

test('recover() of an empty directory creates an empty state', async () => {
  const directory = temporaryDirectory()
  const { medium, recovery } = await openMedium(directory)
  expect(recovery).toEqual({ isNew: true, replayedEntries: 0, droppedBytes: 0, removed: [] })
  expect(medium.head.applied).toEqual({ index: 0, term: 0, clock: 0, chain: 0 })
  expect(filesIn(directory)).toEqual(['CURRENT', firstSegment])
})

test('a chunk that was written is there after an abandoned process', async () => {
  const directory = temporaryDirectory()
  const { medium } = await openMedium(directory)
  applyCommands(medium, [put('a', '1'), put('b', '2', 500), { kind: 'config', membership: bytes('three') }])
  applyCommands(medium, [
    { kind: 'touch', key: bytes('b'), ttlMs: 9000 },
    { kind: 'delete', key: bytes('a') },
  ])
  const before = stateOf(medium)
  expect(medium.durable).toEqual(medium.head.applied)
  medium.abandon()
  const reopened = await openMedium(directory)
  expect(reopened.recovery).toMatchObject({ isNew: false, replayedEntries: 5, droppedBytes: 0 })
  expect(stateOf(reopened.medium)).toBe(before)
  expect(reopened.medium.head.membership).toMatchObject({ at: { index: 3, term: 1 }, bytes: bytes('three') })
})

test('checkpoint() replaces log and older checkpoint', async () => {
  const directory = temporaryDirectory()
  const { medium } = await openMedium(directory)
  for (const value of ['1', '2', '3']) {
    applyCommands(medium, [put('a', value)])
    await medium.checkpoint()
  }
  expect(filesIn(directory)).toEqual(['CURRENT', 'checkpoint-0000000000000003', 'wal-0000000000000004.log'])
  const before = stateOf(medium)
  medium.abandon()
  const { medium: reopened, recovery } = await openMedium(directory)
  expect(recovery.replayedEntries).toBe(0)
  expect(stateOf(reopened)).toBe(before)
})

test('checkpoint() of what a checkpoint has already writes nothing', async () => {
  const directory = temporaryDirectory()
  const { medium } = await openMedium(directory)
  applyCommands(medium, [put('a', '1')])
  await medium.checkpoint()
  const before = filesIn(directory)
  await medium.checkpoint()
  expect(filesIn(directory)).toEqual(before)
})

test('chunks are written while a checkpoint is, and are not in it', async () => {
  const directory = temporaryDirectory()
  const { medium, failpoints } = await openMedium(directory)
  applyCommands(medium, [put('a', 'before')])
  const meanwhile = failpoints.arm('state.files.checkpoint.begin', () => {
    if (medium.head.applied.index < 5) applyCommands(medium, [put('a', 'meanwhile'), put('b', 'meanwhile')])
  })
  await medium.checkpoint()
  meanwhile.disarm()
  const before = stateOf(medium)
  expect(storedIn(medium, 'a')).toBe('meanwhile')
  medium.abandon()
  const { medium: reopened, recovery } = await openMedium(directory)
  expect(recovery.replayedEntries).toBeGreaterThan(0)
  expect(stateOf(reopened)).toBe(before)
})

test('the log goes on in a new segment when one is full', async () => {
  const directory = temporaryDirectory()
  const { medium } = await openMedium(directory, { segmentBytes: 1000 })
  for (let at = 0; at < 20; at++) applyCommands(medium, [put(`key ${at}`, 'v'.repeat(200))])
  expect(filesIn(directory).length).toBeGreaterThan(4)
  const before = stateOf(medium)
  medium.abandon()
  const { medium: reopened, recovery } = await openMedium(directory)
  expect(recovery.replayedEntries).toBe(20)
  expect(stateOf(reopened)).toBe(before)
  await reopened.checkpoint()
  expect(filesIn(directory)).toHaveLength(3)
})

test('checkpointEntries has a checkpoint written after that many entries', async () => {
  const directory = temporaryDirectory()
  const events: CheckpointEvent[] = []
  const { medium } = await openMedium(directory, {
    checkpointEntries: 10,
    checkpointRatio: 0,
    onCheckpoint: (event) => events.push(event),
  })
  for (let at = 0; at < 9; at++) applyCommands(medium, [put(`key ${at}`, 'v')])
  expect(filesIn(directory)).toEqual(['CURRENT', firstSegment])
  applyCommands(medium, [put('a', '1')])
  await eventually(() => expect(events).toHaveLength(1))
  expect(events[0]?.error).toBeUndefined()
  expect(events[0]?.bytes).toBeGreaterThan(0)
  expect(filesIn(directory)).toEqual(['CURRENT', 'checkpoint-0000000000000001', 'wal-0000000000000002.log'])
})

test('checkpointAgeMs has a checkpoint written without another write', async () => {
  const directory = temporaryDirectory()
  const events: CheckpointEvent[] = []
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const { medium } = await openMedium(directory, {
      checkpointAgeMs: 5000,
      onCheckpoint: (event) => events.push(event),
    })
    applyCommands(medium, [put('a', '1')])
    vi.advanceTimersByTime(4999)
    expect(filesIn(directory)).toEqual(['CURRENT', firstSegment])
    vi.advanceTimersByTime(1)
  } finally {
    vi.useRealTimers()
  }
  await eventually(() => expect(events).toHaveLength(1))
  expect(filesIn(directory)).toContain('checkpoint-0000000000000001')
})

test('what is written while a checkpoint is written is due for the next one', async () => {
  const directory = temporaryDirectory()
  const events: CheckpointEvent[] = []
  const onCheckpoint = (event: CheckpointEvent): void => void events.push(event)
  const options = { checkpointEntries: 2, checkpointRatio: 0, onCheckpoint }
  const { medium, failpoints } = await openMedium(directory, options)
  const meanwhile = failpoints.arm('state.files.checkpoint.written', () => {
    meanwhile.disarm()
    applyCommands(medium, [put('a', '2'), put('b', '2')])
  })
  applyCommands(medium, [put('a', '1'), put('b', '1')])
  await eventually(() => expect(events).toHaveLength(2))
})

test('checkpointRatio holds a checkpoint back until the log has grown with the last one', async () => {
  const directory = temporaryDirectory()
  const events: CheckpointEvent[] = []
  const options = {
    checkpointEntries: 1,
    checkpointRatio: 1,
    onCheckpoint: (event: CheckpointEvent) => events.push(event),
  }
  const { medium } = await openMedium(directory, { ...options, checkpointEntries: 100 })
  applyCommands(medium, [put('large', 'v'.repeat(20_000))])
  await medium.checkpoint()
  medium.abandon()
  const reopened = await openMedium(directory, options)
  applyCommands(reopened.medium, [put('a', 'small')])
  applyCommands(reopened.medium, [put('b', 'small')])
  expect(events).toHaveLength(1)
  applyCommands(reopened.medium, [put('c', 'v'.repeat(25_000))])
  await eventually(() => expect(events).toHaveLength(2))
})

test.each([
  ['checkpointEntries', { checkpointEntries: 0 }],
  ['checkpointAgeMs', { checkpointAgeMs: Number.NaN }],
  ['checkpointRatio', { checkpointRatio: -1 }],
  ['segmentBytes', { segmentBytes: 0 }],
  ['sync', { sync: 'sometimes' as 'never' }],
  ['sync.everyMs', { sync: { everyMs: 0 } }],
])('option %s out of its range is refused', (argument, options) => {
  const place = { name: 'state', directory: temporaryDirectory() }
  const error = failureOf(() => new FilesStateMedium(place, options))
  expect(error).toBeInstanceOf(InvalidArgumentError)
  expect(error).toMatchObject({ argument })
})

test('a second owner is refused', async () => {
  const directory = temporaryDirectory()
  const { medium } = await openMedium(directory)
  await expect(openMedium(directory)).rejects.toBeInstanceOf(LogLockedError)
  await medium.close()
  await openMedium(directory)
})

test('another format is refused, and nothing is changed', async () => {
  const directory = temporaryDirectory()
  const { medium } = await openMedium(directory)
  applyCommands(medium, [put('a', '1')])
  medium.abandon()
  for (const other of [
    { ...format, clusterId: 'other' },
    { ...format, isTtlEnabled: false },
  ]) {
    const foreign = new FilesStateMedium({ name: 'state', directory }, byHand)
    await expect(foreign.recover(other)).rejects.toBeInstanceOf(ForeignStateError)
  }
  expect(storedIn((await openMedium(directory)).medium, 'a')).toBe('1')
})

test('a pin stays as it was while chunks are written and another state is built', async () => {
  const { medium } = await openMedium(temporaryDirectory())
  applyCommands(medium, [put('a', '1')])
  const pin = medium.pin()
  const before = stateOf(pin)
  applyCommands(medium, [put('a', '2'), put('b', '2', 100)])
  const builder = medium.build()
  await builder.finish({ applied: { index: 50, term: 3, clock: 7, chain: 1 }, membership: undefined })
  await builder.publish()
  expect(stateOf(pin)).toBe(before)
  expect(medium.rows({}, { rows: 10, bytes: 1000 })).toEqual([])
  pin.release()
})

test('bytes that are handed out are not those that are stored', async () => {
  const { medium } = await openMedium(temporaryDirectory())
  applyCommands(medium, [put('a', '1', 100)])
  medium.row(bytes('a'))?.value.fill(0)
  for (const row of medium.rows({}, { rows: 1, bytes: 1 })) row.value.fill(0)
  for (const lease of medium.leases({ from: 0, to: Number.POSITIVE_INFINITY }, 9)) lease.key.fill(0)
  expect(storedIn(medium, 'a')).toBe('1')
  expect(medium.leases({ from: 0, to: Number.POSITIVE_INFINITY }, 9)).toEqual([
    { expireAt: 101, key: bytes('a') },
  ])
})

test('counts() are sums over stored rows', async () => {
  const { medium } = await openMedium(temporaryDirectory())
  applyCommands(medium, [put('a', '123'), put('bb', '1', 100), put('a', '12345'), put('c', '', 200)])
  expect(medium.counts()).toEqual({ keys: 3, leases: 2, bytes: 10 })
  medium.collect([{ expireAt: 102, key: bytes('bb') }])
  applyCommands(medium, [put('c', '1'), { kind: 'delete', key: bytes('a') }])
  expect(medium.counts()).toEqual({ keys: 1, leases: 0, bytes: 2 })
})

test('collect() leaves a row whose lease is another by now', async () => {
  const { medium } = await openMedium(temporaryDirectory())
  applyCommands(medium, [put('a', '1', 100)])
  const leases = medium.leases({ from: 0, to: Number.POSITIVE_INFINITY }, 9)
  applyCommands(medium, [put('a', '2')])
  medium.collect(leases)
  expect(storedIn(medium, 'a')).toBe('2')
})

test('rows() come in the order of their bytes, up to both limits, from either end', async () => {
  const { medium } = await openMedium(temporaryDirectory())
  const keys = [
    Uint8Array.of(0),
    Uint8Array.of(0, 0),
    bytes('a'),
    Uint8Array.of(0x80),
    Uint8Array.of(0xff, 0xff),
  ]
  applyCommands(
    medium,
    keys.toReversed().map((key) => ({ kind: 'put', key, value: bytes('value') }) as const),
  )
  const keysOf = (rows: readonly Row[]): Uint8Array[] => rows.map(({ key }) => key)
  expect(keysOf(medium.rows({}, { rows: 9, bytes: 1e6 }))).toEqual(keys)
  expect(keysOf(medium.rows({ reverse: true }, { rows: 2, bytes: 1e6 }))).toEqual([keys[4], keys[3]])
  expect(keysOf(medium.rows({ from: keys[1], to: keys[3] }, { rows: 9, bytes: 1e6 }))).toEqual([
    keys[1],
    keys[2],
  ])
  expect(medium.rows({}, { rows: 9, bytes: 1 })).toHaveLength(1)
})

test('the state of a builder takes the place of the present one at publish(), and not before', async () => {
  const directory = temporaryDirectory()
  const { medium } = await openMedium(directory)
  applyCommands(medium, [put('a', 'old')])
  const builder = medium.build()
  const row = { key: bytes('n'), value: bytes('new'), createIndex: 3, modIndex: 4, expireAt: 77 }
  await builder.add([row])
  const head = {
    applied: { index: 9, term: 2, clock: 5, chain: 6 },
    membership: { at: { index: 8, term: 2 }, bytes: bytes('member') },
  }
  await builder.finish(head)
  expect(storedIn(medium, 'a')).toBe('old')
  await builder.publish()
  expect(storedIn(medium, 'a')).toBeUndefined()
  expect(medium.durable).toEqual(head.applied)
  await builder.discard()
  applyCommands(medium, [put('b', 'later')], 2)
  const before = stateOf(medium)
  medium.abandon()
  const { medium: reopened } = await openMedium(directory)
  expect(stateOf(reopened)).toBe(before)
  expect(reopened.row(row.key)).toEqual(row)
  expect(reopened.head.membership).toEqual(head.membership)
})

test('discard() leaves nothing of a state that was not published', async () => {
  const directory = temporaryDirectory()
  const { medium } = await openMedium(directory)
  applyCommands(medium, [put('a', 'old')])
  const before = filesIn(directory)
  const builder = medium.build()
  await builder.finish({ applied: { index: 9, term: 2, clock: 5, chain: 6 }, membership: undefined })
  await builder.discard()
  expect(filesIn(directory)).toEqual(before)
  expect(storedIn(medium, 'a')).toBe('old')
})

test('a checkpoint and a state that is built do not get in each other’s way', async () => {
  const directory = temporaryDirectory()
  const { medium } = await openMedium(directory)
  applyCommands(medium, [put('a', 'old')])
  const builder = medium.build()
  const finished = builder.finish({
    applied: { index: 9, term: 2, clock: 5, chain: 6 },
    membership: undefined,
  })
  const checkpoint = medium.checkpoint()
  await Promise.all([finished, checkpoint])
  await builder.publish()
  expect(medium.head.applied.index).toBe(9)
  const before = stateOf(medium)
  medium.abandon()
  expect(stateOf((await openMedium(directory)).medium)).toBe(before)
})

test('close() while a checkpoint is written ends it, and leaves nothing of it', async () => {
  const directory = temporaryDirectory()
  const { medium } = await openMedium(directory)
  applyCommands(medium, [put('a', '1')])
  const checkpoint = medium.checkpoint().catch((error: unknown) => error)
  await medium.close()
  expect(await checkpoint).toMatchObject({ name: 'EndedError' })
  expect(filesIn(directory).filter((name) => name.startsWith('checkpoint'))).toEqual([])
  expect(storedIn((await openMedium(directory)).medium, 'a')).toBe('1')
})

test.each([0, 1, 2, 3, 5, 8])(
  'abandon() %i turns after a checkpoint began: no file comes or goes after it',
  async (turns) => {
    const directory = fastDirectory()
    const { medium } = await openMedium(directory)
    applyCommands(medium, [put('a', '1')])
    const checkpoint = medium.checkpoint().catch((error: unknown) => error)
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
    medium.abandon()
    const before = filesIn(directory)
    await checkpoint
    expect(filesIn(directory)).toEqual(before)
    expect(storedIn((await openMedium(directory)).medium, 'a')).toBe('1')
  },
)

test('under `never` nothing is durable before sync()', async () => {
  const { medium } = await openMedium(temporaryDirectory(), { sync: 'never' })
  applyCommands(medium, [put('a', '1')])
  expect(medium.durable.index).toBe(0)
  medium.sync()
  expect(medium.durable).toEqual(medium.head.applied)
})

test('under `everyMs` what was written becomes durable by itself', async () => {
  const { medium } = await openMedium(temporaryDirectory(), { sync: { everyMs: 1 } })
  applyCommands(medium, [put('a', '1')])
  expect(medium.durable.index).toBe(0)
  await eventually(() => expect(medium.durable.index).toBe(1))
})

test.each(['no_space', 'read_only'])(
  'a write that is refused (%s) leaves nothing, and the next one succeeds',
  async (reason) => {
    const directory = temporaryDirectory()
    const { medium, failpoints } = await openMedium(directory)
    applyCommands(medium, [put('a', '1')])
    const size = statSync(join(directory, firstSegment)).size
    const code = reason === 'no_space' ? 'ENOSPC' : 'EACCES'
    for (const site of ['state.files.wal.append.before', 'state.files.wal.append.written']) {
      const armed = failpoints.arm(site, `1*return(${code})`)
      const error = failureOf(() => applyCommands(medium, [put('a', '2')]))
      expect(error).toBeInstanceOf(WriteFailedError)
      expect(error).toMatchObject({ reason, inDoubt: false })
      expect(statSync(join(directory, firstSegment)).size).toBe(size)
      expect(storedIn(medium, 'a')).toBe('1')
      armed.disarm()
    }
    applyCommands(medium, [put('a', '3')])
    medium.abandon()
    expect(storedIn((await openMedium(directory)).medium, 'a')).toBe('3')
  },
)

test.each(['state.files.wal.append.sync', 'state.files.wal.append.synced'])(
  'a failure at %s leaves the medium in doubt, and it is not synced again',
  async (site) => {
    const directory = temporaryDirectory()
    const { medium, failpoints } = await openMedium(directory)
    applyCommands(medium, [put('a', '1')])
    const armed = failpoints.arm(site, 'return(EIO)')
    const error = failureOf(() => applyCommands(medium, [put('a', '2')]))
    expect(error).toMatchObject({ code: 'HOLDFAST_WRITE_FAILED', inDoubt: true })
    expect(storedIn(medium, 'a')).toBe('1')
    const hits = armed.hits
    expect(failureOf(() => applyCommands(medium, [put('a', '3')]))).toBeInstanceOf(PoisonedError)
    expect(failureOf(() => medium.sync())).toBeInstanceOf(PoisonedError)
    await medium.close()
    expect(armed.hits).toBe(hits)
    // It was written, so the next owner finds it, and makes it durable before it says so.
    expect(storedIn((await openMedium(directory)).medium, 'a')).toBe('2')
  },
)

test.each(fileStateSites.map(({ name }) => name).filter((name) => name.includes('.checkpoint.')))(
  'a checkpoint that fails at %s leaves nothing behind, and the next one succeeds',
  async (site) => {
    for (const code of ['EIO', 'ENOSPC']) {
      const directory = temporaryDirectory()
      const { medium, failpoints } = await openMedium(directory)
      applyCommands(medium, [put('a', '1')])
      const armed = failpoints.arm(site, `1*return(${code})`)
      await expect(medium.checkpoint()).rejects.toMatchObject({
        code: 'HOLDFAST_WRITE_FAILED',
        inDoubt: false,
      })
      armed.disarm()
      expect(filesIn(directory).filter((name) => name.startsWith('checkpoint'))).toEqual([])
      applyCommands(medium, [put('a', '2')])
      await medium.checkpoint()
      expect(filesIn(directory)).toHaveLength(3)
      medium.abandon()
      expect(storedIn((await openMedium(directory)).medium, 'a')).toBe('2')
    }
  },
)

test('a checkpoint that failed by itself is tried again after as many entries', async () => {
  const events: CheckpointEvent[] = []
  const { medium, failpoints } = await openMedium(temporaryDirectory(), {
    checkpointEntries: 2,
    onCheckpoint: (event) => events.push(event),
  })
  failpoints.arm('state.files.checkpoint.written', '1*return(ENOSPC)')
  applyCommands(medium, [put('a', '1'), put('b', '1')])
  await eventually(() => expect(events).toHaveLength(1))
  expect(events[0]?.error).toBeInstanceOf(WriteFailedError)
  applyCommands(medium, [put('a', '2')])
  expect(events).toHaveLength(1)
  applyCommands(medium, [put('b', '2')])
  await eventually(() => expect(events).toHaveLength(2))
  expect(events[1]?.error).toBeUndefined()
})

test('a record that another hand has added is not written over', async () => {
  const directory = temporaryDirectory()
  const { medium } = await openMedium(directory)
  applyCommands(medium, [put('a', '1')])
  writeFileSync(join(directory, firstSegment), 'x', { flag: 'a' })
  expect(failureOf(() => applyCommands(medium, [put('a', '2')]))).toMatchObject({
    reason: 'io',
    inDoubt: true,
  })
})

test('an end that is cut short is told of and cut off', async () => {
  const directory = temporaryDirectory()
  const { medium } = await openMedium(directory)
  applyCommands(medium, [put('a', '1')])
  const before = stateOf(medium)
  const end = statSync(join(directory, firstSegment)).size
  applyCommands(medium, [put('a', '2')])
  medium.abandon()
  const size = statSync(join(directory, firstSegment)).size
  truncateSync(join(directory, firstSegment), size - 1)
  const { medium: reopened, recovery } = await openMedium(directory)
  expect(recovery.droppedBytes).toBe(size - 1 - end)
  expect(stateOf(reopened)).toBe(before)
  expect(statSync(join(directory, firstSegment)).size).toBe(end)
})

test.each(['CURRENT', firstSegment, 'wal-0000000000000002.log', 'wal-0000000000000003.log'])(
  'a state without its %s is refused, not begun anew',
  async (name) => {
    const directory = temporaryDirectory()
    const { medium } = await openMedium(directory, { segmentBytes: 100 })
    for (let at = 0; at < 3; at++) applyCommands(medium, [put('a', 'v'.repeat(100))])
    expect(filesIn(directory)).toHaveLength(4)
    medium.abandon()
    rmSync(join(directory, name))
    await expect(openMedium(directory)).rejects.toMatchObject({ code: 'HOLDFAST_CORRUPTION', file: name })
  },
)

test('a state without its checkpoint is refused', async () => {
  const directory = temporaryDirectory()
  const { medium } = await openMedium(directory)
  applyCommands(medium, [put('a', '1')])
  await medium.checkpoint()
  medium.abandon()
  const [name = ''] = readdirSync(directory).filter((each) => each.startsWith('checkpoint'))
  rmSync(join(directory, name))
  const error = await openMedium(directory).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(CorruptionError)
  expect(error).toMatchObject({ file: name })
})

test('a checkpoint of another state in its place is refused', async () => {
  const [directory, other] = [temporaryDirectory(), temporaryDirectory()]
  for (const each of [directory, other]) {
    const { medium } = await openMedium(each)
    applyCommands(medium, [put('a', each === other ? '2' : '1')])
    await medium.checkpoint()
    medium.abandon()
  }
  const name = 'checkpoint-0000000000000001'
  copyFileSync(join(other, name), join(directory, name))
  await expect(openMedium(directory)).rejects.toMatchObject({ code: 'HOLDFAST_CORRUPTION', file: name })
})

test('what a crash left is removed by the next open, and what is not ours stays', async () => {
  const directory = temporaryDirectory()
  const { medium } = await openMedium(directory)
  applyCommands(medium, [put('a', '1')])
  medium.abandon()
  const ours = ['CURRENT.staging', 'checkpoint-0000000000000007', 'checkpoint-0000000000000008.staging']
  for (const name of [...ours, 'README', 'wal-1.log']) writeFileSync(join(directory, name), 'x')
  const { recovery } = await openMedium(directory)
  expect([...recovery.removed].sort()).toEqual(ours.sort())
  expect(filesIn(directory)).toEqual(['CURRENT', 'README', firstSegment, 'wal-1.log'])
})

test('an open that fails gives up the directory', async () => {
  const directory = temporaryDirectory()
  const failpoints = new FailpointRegistry()
  ;(await openMedium(directory)).medium.abandon()
  const medium = new FilesStateMedium({ name: 'state', directory, failpoints }, byHand)
  failpoints.arm('state.files.recover.read', '1*return')
  await expect(medium.recover(format)).rejects.toBeInstanceOf(WriteFailedError)
  await openMedium(directory)
})

test('sizeBytes() is that of log and checkpoint', async () => {
  const directory = temporaryDirectory()
  const { medium } = await openMedium(directory)
  writeFileSync(join(directory, 'README'), 'x'.repeat(100_000))
  const before = medium.sizeBytes()
  applyCommands(medium, [put('a', 'v'.repeat(5000))])
  expect(medium.sizeBytes() - before).toBeGreaterThan(5000)
  expect(medium.sizeBytes()).toBeLessThan(10_000)
})
