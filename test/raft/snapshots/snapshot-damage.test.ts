/** Files that are missing, short, long, swapped, foreign or changed: each is told apart from a snapshot. */
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { encodeFrame } from '../../../src/codec/index.ts'
import { FormatVersionError, SnapshotError } from '../../../src/errors.ts'
import type { SnapshotInfo, SnapshotStore } from '../../../src/raft/snapshots/index.ts'
import { createRig, fileOf, patternOf, readWhole, writeSnapshot } from './snapshots.ts'

const chunkBytes = 256 * 1024

interface Damaged {
  readonly store: SnapshotStore
  readonly directory: string
  /** The snapshot to damage, and an older one that stays as it is. */
  readonly info: SnapshotInfo
  readonly older: SnapshotInfo
}

async function twoSnapshots(bytes = 100): Promise<Damaged> {
  const { store, directory } = createRig()
  const older = await writeSnapshot(store, { index: 1 }, 'older')
  const membership = Uint8Array.of(1, 2)
  const info = await writeSnapshot(store, { index: 2, term: 3, membership }, patternOf(bytes))
  return { store, directory, info, older }
}

async function verifyError(store: SnapshotStore, id: string): Promise<unknown> {
  return store.verify(id).then(
    () => undefined,
    (error: unknown) => error,
  )
}

/** The snapshot is unusable in every way it can be asked for, and the older one and new ones are not concerned. */
async function expectUnusable({ store, info, older }: Damaged, kind: string): Promise<void> {
  const error = await verifyError(store, info.id)
  expect(error).toBeInstanceOf(SnapshotError)
  expect(error).toMatchObject({ kind, snapshot: info.id, code: 'HOLDFAST_SNAPSHOT' })
  const { info: usable, unusable } = await store.latestUsable()
  expect(usable).toStrictEqual(older)
  expect(unusable).toMatchObject([{ id: info.id, error: { kind } }])
  expect(store.retain(1)).toBe(0)
  expect(String(await readWhole(store, older.id))).toBe('older')
  const newer = await writeSnapshot(store, { index: 3 })
  expect((await store.latestUsable()).info).toStrictEqual(newer)
}

/** Nothing of the data needs to be read to know it. */
async function expectListedUnusable(damaged: Damaged, kind: string): Promise<void> {
  const { store, info, older } = damaged
  expect(store.list()).toStrictEqual([older])
  expect(store.unusable()).toMatchObject([{ id: info.id, error: { kind } }])
  await expectUnusable(damaged, kind)
}

describe('metadata', () => {
  test('of which any bit of any byte was flipped are corrupt', async () => {
    const { store, directory, info, older } = await twoSnapshots()
    const path = fileOf(directory, info.id, 'metadata')
    const bytes = readFileSync(path)
    for (let at = 0; at < bytes.length; at++) {
      for (const bit of [1, 2, 128]) {
        const damaged = Buffer.from(bytes)
        damaged[at] = (damaged[at] ?? 0) ^ bit
        writeFileSync(path, damaged)
        const found = store.unusable()
        expect([at, bit, found.map(({ id }) => id)]).toStrictEqual([at, bit, [info.id]])
        const [error] = found.map((each) => each.error)
        // A version byte that was changed alone is damage, too: its checksum still fits version 1.
        expect([at, bit, error instanceof SnapshotError && error.kind]).toStrictEqual([at, bit, 'corrupt'])
      }
    }
    expect(store.list()).toStrictEqual([older])
    writeFileSync(path, bytes)
    expect(store.list()).toStrictEqual([info, older])
  })

  test('of any shorter length, and longer, are corrupt', async () => {
    const { store, directory, info, older } = await twoSnapshots()
    const path = fileOf(directory, info.id, 'metadata')
    const bytes = readFileSync(path)
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(path, bytes.subarray(0, length))
      expect([length, store.list()]).toStrictEqual([length, [older]])
    }
    writeFileSync(path, Buffer.concat([bytes, Buffer.of(0)]))
    expect(store.unusable()).toMatchObject([{ error: { kind: 'corrupt' } }])
  })

  test('that are longer than any metadata are not even read', async () => {
    const damaged = await twoSnapshots()
    truncateSync(fileOf(damaged.directory, damaged.info.id, 'metadata'), 2 ** 40)
    await expectListedUnusable(damaged, 'corrupt')
  })

  test('of another snapshot are corrupt', async () => {
    const damaged = await twoSnapshots()
    const { directory, info } = damaged
    const other = await writeSnapshot(
      damaged.store,
      { index: 2, term: 3, membership: Uint8Array.of(1, 2) },
      patternOf(100),
    )
    const bytes = readFileSync(fileOf(directory, other.id, 'metadata'))
    damaged.store.remove(other.id)
    writeFileSync(fileOf(directory, info.id, 'metadata'), bytes)
    await expectListedUnusable(damaged, 'corrupt')
  })

  test('of a snapshot that was renamed by hand are corrupt', async () => {
    const { store, directory, info, older } = await twoSnapshots()
    const renamed = info.id.replace(/^0/, '1')
    renameSync(join(directory, info.id), join(directory, renamed))
    expect(store.unusable()).toMatchObject([{ id: renamed, error: { kind: 'corrupt' } }])
    expect((await store.latestUsable()).info).toStrictEqual(older)
  })

  test('that are missing make the snapshot incomplete', async () => {
    const damaged = await twoSnapshots()
    rmSync(fileOf(damaged.directory, damaged.info.id, 'metadata'))
    await expectListedUnusable(damaged, 'incomplete')
  })

  test('of a newer format are a FormatVersionError, and an older snapshot is offered', async () => {
    const { store, directory, info, older } = await twoSnapshots()
    const path = fileOf(directory, info.id, 'metadata')
    const payload = readFileSync(path).subarray(5)
    payload[0] = 2
    writeFileSync(path, encodeFrame(Buffer.from(`snapshot ${info.id}`), payload))
    const error = await verifyError(store, info.id)
    expect(error).toBeInstanceOf(FormatVersionError)
    expect(error).toMatchObject({ log: 'orders', found: 2, supported: 1 })
    expect(await store.latestUsable()).toStrictEqual({ info: older, unusable: [{ id: info.id, error }] })
  })

  test('in a newer frame are a FormatVersionError', async () => {
    const { store, directory, info } = await twoSnapshots()
    writeFileSync(fileOf(directory, info.id, 'metadata'), Buffer.from([2, 1, 2, 3, 4, 5, 6]))
    expect(await verifyError(store, info.id)).toBeInstanceOf(FormatVersionError)
  })
})

describe('data', () => {
  const bytes = 2 * chunkBytes + 100
  /** From end to end, with those about the boundaries of what is read at once. */
  const offsets = [
    0,
    1,
    4095,
    4096,
    chunkBytes - 1,
    chunkBytes,
    2 * chunkBytes - 1,
    2 * chunkBytes,
    bytes - 1,
  ]

  test.each(offsets)('of which a bit at %i was flipped are corrupt', async (at) => {
    const damaged = await twoSnapshots(bytes)
    const path = fileOf(damaged.directory, damaged.info.id, 'data')
    const data = readFileSync(path)
    data[at] = (data[at] ?? 0) ^ 1
    writeFileSync(path, data)
    await expectUnusable(damaged, 'corrupt')
  })

  test.each(offsets)('cut off at %i are incomplete', async (length) => {
    const damaged = await twoSnapshots(bytes)
    truncateSync(fileOf(damaged.directory, damaged.info.id, 'data'), length)
    await expectListedUnusable(damaged, 'incomplete')
  })

  test.each([1, 4096])('that are %i bytes longer are corrupt', async (more) => {
    const damaged = await twoSnapshots()
    truncateSync(fileOf(damaged.directory, damaged.info.id, 'data'), 100 + more)
    await expectListedUnusable(damaged, 'corrupt')
  })

  test('that are missing make the snapshot incomplete', async () => {
    const damaged = await twoSnapshots()
    rmSync(fileOf(damaged.directory, damaged.info.id, 'data'))
    await expectListedUnusable(damaged, 'incomplete')
  })

  test('of another snapshot of the same size are corrupt', async () => {
    const damaged = await twoSnapshots(5)
    const { directory, info, older } = damaged
    cpSync(fileOf(directory, older.id, 'data'), fileOf(directory, info.id, 'data'))
    await expectUnusable(damaged, 'corrupt')
  })

  test.each(['directory', 'pipe', 'link'])(
    'that are a %s are corrupt, and nobody waits for them',
    async (what) => {
      const damaged = await twoSnapshots()
      const path = fileOf(damaged.directory, damaged.info.id, 'data')
      renameSync(path, join(damaged.directory, 'elsewhere'))
      if (what === 'directory') mkdirSync(path)
      else if (what === 'pipe') execFileSync('mkfifo', [path])
      else symlinkSync('../elsewhere', path)
      await expectListedUnusable(damaged, 'corrupt')
    },
  )
})

describe('the directory of a snapshot', () => {
  test('that is empty is incomplete', async () => {
    const damaged = await twoSnapshots()
    for (const name of ['data', 'metadata'] as const) rmSync(fileOf(damaged.directory, damaged.info.id, name))
    await expectListedUnusable(damaged, 'incomplete')
  })

  test('with a file more is corrupt, and remove() leaves that file', async () => {
    const damaged = await twoSnapshots()
    const { store, directory, info } = damaged
    writeFileSync(join(directory, info.id, 'data.bak'), 'mine')
    await expectListedUnusable(damaged, 'corrupt')
    store.remove(info.id)
    expect(readFileSync(join(directory, `${info.id}.removed`, 'data.bak'), 'utf8')).toBe('mine')
    expect(store.unusable()).toStrictEqual([])
  })

  test('that is a file is no snapshot', async () => {
    const { store, directory, info, older } = await twoSnapshots()
    rmSync(join(directory, info.id), { recursive: true })
    writeFileSync(join(directory, info.id), 'a file')
    expect(store.list()).toStrictEqual([older])
    expect(store.unusable()).toStrictEqual([])
    expect(await verifyError(store, info.id)).toMatchObject({ kind: 'notFound' })
  })
})
