import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { FailpointRegistry } from '../../failpoints/index.ts'
import {
  CompactedError,
  CorruptionError,
  InvalidArgumentError,
  LogClosedError,
  LogLockedError,
  SnapshotError,
  UnavailableError,
} from '../../src/errors.ts'
import { MemoryDisk, openLmdbLog } from '../../src/log/index.ts'
import { RaftStorage, type RaftStorageOptions } from '../../src/raft/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { commands, openWithMemoryLog, publish } from './node-directory.ts'

function opened(directory: string, options: RaftStorageOptions<Uint8Array> = {}): RaftStorage {
  const storage = RaftStorage.open(directory, options)
  onTestFinished(() => storage.abandon())
  return storage
}

/** Storage with entries of `terms`, hard state of the last of them, and everything through `boundary` purged. */
function filled(terms: readonly number[], boundary = 0): RaftStorage {
  const storage = openWithMemoryLog(temporaryDirectory())
  onTestFinished(() => storage.abandon())
  storage.hardState.saveWith({ currentTerm: terms.at(-1) ?? 0, votedFor: 1 }, commands(1, terms))
  storage.log.purge({ index: boundary, term: terms[boundary - 1] ?? 0 })
  return storage
}

async function rejection(promise: Promise<unknown>): Promise<Error & { kind?: string; snapshot?: string }> {
  return await promise.then(
    () => expect.fail('it resolves, and should reject'),
    (error: Error) => error,
  )
}

describe('RaftStorage.open()', () => {
  test('keeps log, hard state and snapshots in one directory, across reopening', async () => {
    const directory = join(temporaryDirectory(), 'node')
    const first = opened(directory)
    first.hardState.saveWith({ currentTerm: 2, votedFor: 'me' }, commands(1, [1, 2, 2]))
    const info = await publish(first, { index: 2, term: 2 })
    first.log.purge({ index: 2, term: 2 })
    first.close()
    expect(readdirSync(directory).sort()).toEqual(['log', 'snapshots'])
    const second = opened(directory)
    expect(await second.recover()).toEqual({
      hardState: { currentTerm: 2, votedFor: 'me' },
      lastLogId: { index: 3, term: 2 },
      purgeBoundary: { index: 2, term: 2 },
      snapshot: info,
      unusable: [],
      pendingInstall: undefined,
    })
  })

  test('refuses a second owner, and lets one in after close()', () => {
    const directory = temporaryDirectory()
    const first = opened(directory)
    expect(() => RaftStorage.open(directory)).toThrow(LogLockedError)
    first.close()
    first.close()
    opened(directory)
  })

  test('gives up the log when the snapshots do not open', () => {
    const directory = temporaryDirectory()
    writeFileSync(join(directory, 'snapshots'), 'a file where a directory should be')
    expect(() => RaftStorage.open(directory)).toThrow()
    openLmdbLog(join(directory, 'log')).close()
  })

  test('gives up the log when another engine has written it', () => {
    const directory = temporaryDirectory()
    const log = openLmdbLog(join(directory, 'log'))
    log.commit([{ kind: 'append', entries: [new Uint8Array(3)] }])
    log.close()
    expect(() => RaftStorage.open(directory)).toThrow(InvalidArgumentError)
    openLmdbLog(join(directory, 'log')).close()
  })

  test.each([undefined, '', 5])('refuses %j for a directory', (directory) => {
    expect(() => RaftStorage.open(directory as string)).toThrow(InvalidArgumentError)
  })

  test('passes name, failpoints and observer on to each part', async () => {
    const failpoints = new FailpointRegistry()
    const told: string[] = []
    const storage = opened(temporaryDirectory(), {
      name: 'node-7',
      failpoints,
      observer: { onWrite: ({ log, operation }) => told.push(`${log} ${operation}`) },
    })
    expect(storage.log.log.name).toBe('node-7')
    storage.log.append(commands(1, [1]))
    expect(told).toEqual(['node-7 append'])
    const sites = failpoints.sites().map(({ name }) => name)
    expect(sites).toEqual(expect.arrayContaining(['log.commit.before', 'raft.append', 'snapshot.create']))
  })

  test('takes values instead of bytes by a codec', () => {
    const directory = temporaryDirectory()
    const codec = {
      encode: (value: { n: number }) => new TextEncoder().encode(String(value.n)),
      decode: (bytes: Uint8Array) => ({ n: Number(new TextDecoder().decode(bytes)) }),
    }
    using storage = RaftStorage.open<{ n: number }>(directory, { codec })
    storage.log.append([{ index: 1, term: 1, kind: 'command', data: { n: 42 } }])
    expect(storage.log.entry(1).data).toEqual({ n: 42 })
  })
})

describe('close() and abandon()', () => {
  test('close() makes durable what was deferred, and abandon() drops it', () => {
    const directory = temporaryDirectory()
    const disk = new MemoryDisk()
    const first = openWithMemoryLog(directory, disk)
    first.log.append(commands(1, [1, 1, 1]))
    first.log.purge({ index: 1, term: 1 })
    first.close()
    const second = openWithMemoryLog(directory, disk)
    second.log.purge({ index: 2, term: 1 })
    second.abandon()
    const third = openWithMemoryLog(directory, disk)
    expect(third.log.purgeBoundary).toEqual({ index: 1, term: 1 })
    third.close()
  })

  test('refuse everything afterwards', async () => {
    const storage = filled([1])
    storage.close()
    expect(() => storage.log.append([])).toThrow(LogClosedError)
    expect(() => storage.flush()).toThrow(LogClosedError)
    expect(() => storage.snapshots.list()).toThrow(SnapshotError)
    expect(() => storage.createSnapshot({ index: 1, term: 1 })).toThrow(LogClosedError)
    expect(await rejection(storage.recover())).toBeInstanceOf(SnapshotError)
  })

  test('close() closes the log also when its flush fails', () => {
    const failpoints = new FailpointRegistry()
    const directory = temporaryDirectory()
    const storage = RaftStorage.open(directory, { failpoints })
    storage.log.append(commands(1, [1]))
    storage.log.purge({ index: 1, term: 1 })
    using _armed = failpoints.arm('log.close', 'return(ENOSPC)')
    expect(() => storage.close()).toThrow()
    expect(() => storage.log.lastIndex).toThrow(LogClosedError)
    expect(() => storage.snapshots.list()).toThrow(SnapshotError)
  })
})

describe('recover()', () => {
  test('finds nothing in fresh storage', async () => {
    expect(await filled([]).recover()).toEqual({
      hardState: { currentTerm: 0, votedFor: 1 },
      lastLogId: { index: 0, term: 0 },
      purgeBoundary: { index: 0, term: 0 },
      snapshot: undefined,
      unusable: [],
      pendingInstall: undefined,
    })
  })

  test('refuses a log that begins after a boundary without a snapshot, and stays usable', async () => {
    const storage = filled([1, 1, 2], 2)
    const error = await rejection(storage.recover())
    expect(error).toBeInstanceOf(SnapshotError)
    expect(error).toMatchObject({ kind: 'notFound', snapshot: undefined })
    expect(error.message).toContain('begins after index 2')
    await publish(storage, { index: 2, term: 1 })
    expect(await storage.recover()).toMatchObject({ snapshot: { index: 2, term: 1 } })
  })

  test('refuses a log that begins after the newest usable snapshot, and names the one that is damaged', async () => {
    const directory = temporaryDirectory()
    const storage = openWithMemoryLog(directory)
    onTestFinished(() => storage.abandon())
    storage.hardState.saveWith({ currentTerm: 1, votedFor: 1 }, commands(1, [1, 1, 1]))
    const older = await publish(storage, { index: 1, term: 1 })
    const newer = await publish(storage, { index: 2, term: 1 })
    damage(join(directory, 'snapshots', newer.id))
    expect(await storage.recover()).toMatchObject({ snapshot: older, unusable: [{ id: newer.id }] })
    storage.log.purge({ index: 2, term: 1 })
    const error = await rejection(storage.recover())
    expect(error).toMatchObject({ kind: 'corrupt', snapshot: newer.id })
    expect(error.message).toContain(older.id)
  })

  test('refuses a hard state behind the last term of the log, and none at all', async () => {
    const storage = filled([1])
    storage.log.append(commands(2, [3]))
    const error = await rejection(storage.recover())
    expect(error).toBeInstanceOf(CorruptionError)
    expect(error.message).toContain(
      'the saved hard state is of term 1, and the log reaches term 3 at index 2',
    )
    const without = openWithMemoryLog(temporaryDirectory())
    onTestFinished(() => without.abandon())
    without.log.append(commands(1, [1]))
    expect((await rejection(without.recover())).message).toContain('no hard state is saved')
  })

  test('refuses a hard state behind a snapshot', async () => {
    const storage = filled([1])
    await publish(storage, { index: 9, term: 2 })
    expect((await rejection(storage.recover())).message).toContain('covers term 2 at index 9')
  })

  test('refuses a snapshot of another term than the log has at its index', async () => {
    const storage = filled([1, 2, 2])
    const { id } = await publish(storage, { index: 2, term: 1 })
    expect(await rejection(storage.recover())).toMatchObject({ kind: 'mismatch', snapshot: id })
    const purged = filled([1, 2, 2], 2)
    await publish(purged, { index: 2, term: 1 })
    expect(await rejection(purged.recover())).toMatchObject({ kind: 'mismatch' })
    // What was purged was committed, whatever the saved commit index still says.
    const later = filled([1, 2, 2], 2)
    later.hardState.save({ currentTerm: 3, votedFor: 1, commit: 1 })
    await publish(later, { index: 2, term: 3 })
    expect(await rejection(later.recover())).toMatchObject({ kind: 'mismatch' })
    const behind = filled([1, 2, 2], 2)
    await publish(behind, { index: 8, term: 1 })
    expect(await rejection(behind.recover())).toMatchObject({ kind: 'mismatch' })
  })

  test('refuses a commit index that neither the log nor a snapshot reaches', async () => {
    const storage = filled([1, 1])
    storage.hardState.save({ currentTerm: 1, votedFor: 1, commit: 5 })
    expect(await rejection(storage.recover())).toBeInstanceOf(CorruptionError)
    await publish(storage, { index: 5, term: 1 })
    expect(await storage.recover()).toMatchObject({ pendingInstall: { index: 5, term: 1 } })
  })

  test('tells of a snapshot beyond the log that the log was not told of', async () => {
    const storage = filled([1, 1])
    const { id } = await publish(storage, { index: 7, term: 1 })
    const { pendingInstall } = await storage.recover()
    expect(pendingInstall).toEqual({ index: 7, term: 1 })
    storage.installSnapshot(id)
    expect(await storage.recover()).toMatchObject({
      lastLogId: { index: 7, term: 1 },
      purgeBoundary: { index: 7, term: 1 },
      pendingInstall: undefined,
    })
  })

  test("tells of a leader's snapshot that replaces entries which were not committed", async () => {
    const storage = filled([1, 2, 2])
    storage.hardState.save({ currentTerm: 3, votedFor: 1, commit: 1 })
    await publish(storage, { index: 2, term: 3 })
    expect((await storage.recover()).pendingInstall).toEqual({ index: 2, term: 3 })
    storage.hardState.save({ currentTerm: 3, votedFor: 1, commit: 2 })
    expect(await rejection(storage.recover())).toMatchObject({ kind: 'mismatch' })
  })
})

describe('createSnapshot()', () => {
  test('begins a snapshot of an entry that the log has, also at the boundary', async () => {
    const storage = filled([1, 1, 2], 1)
    for (const meta of [
      { index: 1, term: 1 },
      { index: 3, term: 2 },
    ]) {
      const writer = storage.createSnapshot(meta)
      writer.end('x')
      expect(await writer.finish()).toMatchObject(meta)
    }
  })

  test('refuses a term that contradicts the log, an index beyond its end, and one that was purged', () => {
    const storage = filled([1, 1, 2], 2)
    expect(() => storage.createSnapshot({ index: 3, term: 1 })).toThrow(SnapshotError)
    expect(() => storage.createSnapshot({ index: 4, term: 2 })).toThrow(UnavailableError)
    expect(() => storage.createSnapshot({ index: 1, term: 1 })).toThrow(CompactedError)
    expect(() => storage.createSnapshot({ index: -1, term: 1 })).toThrow(InvalidArgumentError)
    for (const meta of [undefined, null, 5, {}]) {
      expect(() => storage.createSnapshot(meta as never)).toThrow(InvalidArgumentError)
    }
    expect(storage.snapshots.list()).toEqual([])
  })
})

describe('installSnapshot()', () => {
  test('refuses a snapshot that is not published', () => {
    const storage = filled([1])
    expect(() => storage.installSnapshot('none')).toThrow(SnapshotError)
    expect(storage.log.purgeBoundary).toEqual({ index: 0, term: 0 })
  })

  test('is durable when it returns', async () => {
    const directory = temporaryDirectory()
    const disk = new MemoryDisk()
    const first = openWithMemoryLog(directory, disk)
    first.hardState.save({ currentTerm: 4, votedFor: undefined })
    const { id } = await publish(first, { index: 30, term: 4 })
    first.installSnapshot(id)
    first.abandon()
    const second = openWithMemoryLog(directory, disk)
    onTestFinished(() => second.abandon())
    expect(second.log.lastLogId).toEqual({ index: 30, term: 4 })
  })
})

/** Changes one byte of a snapshot's data. */
function damage(directory: string): void {
  mkdirSync(directory, { recursive: true })
  const name = join(directory, 'data')
  const bytes = readFileSync(name)
  bytes[0] = (bytes[0] ?? 0) ^ 1
  writeFileSync(name, bytes)
}
