/** What is listed, in which order, what is kept, and what is refused. */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { InvalidArgumentError, SnapshotError, WriteFailedError } from '../../../src/errors.ts'
import { membershipBytesMax, SnapshotStore } from '../../../src/raft/snapshots/index.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'
import { errorOf } from '../../thrown-by.ts'
import { createRig, fileOf, openStore, readWhole, writeSnapshot } from './snapshots.ts'

const ids = (store: SnapshotStore): string[] => store.list().map(({ id }) => id)

describe('a new store', () => {
  test('has no snapshots', async () => {
    const store = openStore()
    expect(store.list()).toStrictEqual([])
    expect(store.unusable()).toStrictEqual([])
    expect(await store.latestUsable()).toStrictEqual({ info: undefined, unusable: [] })
  })

  test('makes its directory, parents included', async () => {
    const directory = join(temporaryDirectory(), 'node', 'snapshots')
    await writeSnapshot(openStore({ directory }))
    expect(readdirSync(directory)).toHaveLength(1)
  })

  test('is refused where a file is', () => {
    const directory = join(temporaryDirectory(), 'file')
    writeFileSync(directory, '')
    expect(errorOf(() => SnapshotStore.open(directory))).toBeInstanceOf(InvalidArgumentError)
  })
})

describe('a finished snapshot', () => {
  test('is listed with what was said of it, its size and its SHA-256', async () => {
    const store = openStore()
    const membership = Uint8Array.of(1, 2, 3)
    const before = Date.now()
    const info = await writeSnapshot(store, { index: 7, term: 3, membership }, 'hello')
    const sha256 = createHash('sha256').update('hello').digest('hex')
    const { id, createdAt } = info
    expect(info).toStrictEqual({ id, index: 7, term: 3, membership, bytes: 5, sha256, createdAt })
    expect(createdAt).toBeGreaterThanOrEqual(before)
    expect(store.list()).toStrictEqual([info])
  })

  test('is the same after reopening', async () => {
    const { store, directory } = createRig()
    const info = await writeSnapshot(store, { index: 7, term: 3, membership: new Uint8Array(0) }, 'hello')
    store.close()
    const reopened = openStore({ directory })
    expect(reopened.list()).toStrictEqual([info])
    expect(await readWhole(reopened, info.id)).toStrictEqual(Buffer.from('hello'))
    expect(await reopened.latestUsable()).toStrictEqual({ info, unusable: [] })
  })

  test('without membership has none, and with an empty one an empty one', async () => {
    const store = openStore()
    await writeSnapshot(store, { index: 1 })
    await writeSnapshot(store, { index: 2, membership: new Uint8Array(0) })
    expect(store.list().map(({ membership }) => membership)).toStrictEqual([new Uint8Array(0), undefined])
  })

  test('keeps the membership that create() was given, though the caller reuses its bytes', async () => {
    const store = openStore()
    const membership = Uint8Array.of(1, 2, 3)
    const writer = store.create({ index: 1, term: 1, membership })
    membership.fill(9)
    expect((await writer.finish()).membership).toStrictEqual(Uint8Array.of(1, 2, 3))
    expect(store.list()[0]?.membership).toStrictEqual(Uint8Array.of(1, 2, 3))
  })

  test('may be empty, and of index 0 and term 0', async () => {
    const store = openStore()
    const { id } = await writeSnapshot(store, { index: 0, term: 0 }, '')
    expect(await readWhole(store, id)).toStrictEqual(Buffer.alloc(0))
  })

  test('may be of the greatest index and term', async () => {
    const store = openStore()
    const greatest = { index: Number.MAX_SAFE_INTEGER, term: Number.MAX_SAFE_INTEGER }
    await writeSnapshot(store, greatest)
    expect(store.list()[0]).toMatchObject(greatest)
  })
})

describe('list()', () => {
  test('is ordered by index, then term, then creation, newest first', async () => {
    const store = openStore()
    const wanted: string[] = []
    for (const [index, term] of [
      [1, 9],
      [2, 1],
      [10, 1],
      [10, 2],
      [10, 2],
      [200, 1],
    ] as const) {
      wanted.unshift((await writeSnapshot(store, { index, term })).id)
    }
    expect(ids(store)).toStrictEqual(wanted)
    expect([...wanted].sort().reverse()).toStrictEqual(wanted)
  })

  test('has an older snapshot behind a newer one, whichever was written first', async () => {
    const store = openStore()
    for (const index of [100, 90, 80]) await writeSnapshot(store, { index })
    expect(store.list().map(({ index }) => index)).toStrictEqual([100, 90, 80])
  })

  test('keeps both of two snapshots of the same index and term, the later one first', async () => {
    const store = openStore()
    const first = await writeSnapshot(store, {}, 'first')
    const second = await writeSnapshot(store, {}, 'second')
    expect(ids(store)).toStrictEqual([second.id, first.id])
    expect(await readWhole(store, first.id)).toStrictEqual(Buffer.from('first'))
    expect(await readWhole(store, second.id)).toStrictEqual(Buffer.from('second'))
  })

  test('has the later snapshot first also after the clock went back', async () => {
    const { store, directory } = createRig()
    const { id } = await writeSnapshot(store)
    const [index = '', term = '', , chance = ''] = id.split('-')
    const future = [index, term, String(Date.now() + 1e9).padStart(16, '0'), chance].join('-')
    mkdirSync(join(directory, future))
    const later = await writeSnapshot(openStore({ directory }))
    expect(readdirSync(directory).sort().at(-1)).toBe(later.id)
  })

  test('leaves out what is still being written, and what another put into the directory', async () => {
    const { store, directory, names } = createRig()
    mkdirSync(join(directory, 'lost+found'))
    writeFileSync(join(directory, 'README'), '')
    const { id } = await writeSnapshot(store)
    symlinkSync(id, join(directory, id.replace(/^0/, '1')))
    store.create({ index: 9, term: 9 })
    expect(ids(store)).toStrictEqual([id])
    expect(names()).toHaveLength(5)
  })

  test('is empty when somebody removed the directory, and create() makes it again', async () => {
    const { store, directory } = createRig()
    rmSync(directory, { recursive: true })
    expect(store.list()).toStrictEqual([])
    const { id } = await writeSnapshot(store)
    expect(ids(store)).toStrictEqual([id])
  })
})

describe('open()', () => {
  test('clears away what was left of writing and of removing', async () => {
    const { store, directory, names } = createRig()
    const { id } = await writeSnapshot(store)
    const writer = store.create({ index: 2, term: 1 })
    writer.write('half of it')
    mkdirSync(join(directory, `${id.replace(/.$/, '0')}.removed`))
    openStore({ directory })
    expect(names()).toStrictEqual([id])
  })

  test('leaves everything alone that is not ours, also inside of what is', async () => {
    const { store, directory, names } = createRig()
    const { id } = await writeSnapshot(store)
    mkdirSync(join(directory, `${id}.staging`))
    writeFileSync(join(directory, `${id}.staging`, 'notes'), 'mine')
    writeFileSync(join(directory, `${id}.staging`, 'data'), 'ours')
    mkdirSync(join(directory, 'other.staging'))
    writeFileSync(join(directory, `${id}.removed`), 'a file')
    const before = names()
    openStore({ directory })
    expect(names()).toStrictEqual(before)
    expect(readdirSync(join(directory, `${id}.staging`))).toStrictEqual(['notes'])
    expect(readFileSync(join(directory, `${id}.removed`), 'utf8')).toBe('a file')
  })

  test('twice changes nothing', async () => {
    const { store, directory } = createRig()
    await writeSnapshot(store)
    const list = openStore({ directory }).list()
    expect(openStore({ directory }).list()).toStrictEqual(list)
    expect(list).toHaveLength(1)
  })
})

describe('retain()', () => {
  test('counts a snapshot again that could be read after it could not', async () => {
    const { store, failpoints } = createRig()
    await writeSnapshot(store)
    const newer = await writeSnapshot(store)
    failpoints.arm('snapshot.read', '1*return(EIO)')
    await expect(store.verify(newer.id)).rejects.toMatchObject({ kind: 'corrupt' })
    await store.verify(newer.id)
    expect(store.retain(1)).toBe(1)
    expect(ids(store)).toStrictEqual([newer.id])
  })

  test('keeps the newest, says how many it removed, and leaves nothing of them', async () => {
    const { store, names } = createRig()
    for (const index of [3, 1, 4, 2]) await writeSnapshot(store, { index })
    expect(store.retain(2)).toBe(2)
    expect(store.list().map(({ index }) => index)).toStrictEqual([4, 3])
    expect(names()).toHaveLength(2)
    expect(store.retain(2)).toBe(0)
  })

  test('does not count a snapshot that is known to be damaged, until enough good ones are newer', async () => {
    const { store, directory } = createRig()
    const good = await writeSnapshot(store, { index: 1 })
    const damaged = await writeSnapshot(store, { index: 2 })
    const short = await writeSnapshot(store, { index: 3 })
    writeFileSync(fileOf(directory, damaged.id, 'data'), 'SOME DATA')
    writeFileSync(fileOf(directory, short.id, 'metadata'), '')
    expect((await store.latestUsable()).info).toStrictEqual(good)
    expect(store.retain(1)).toBe(0)
    const newest = await writeSnapshot(store, { index: 4 })
    expect(store.retain(1)).toBe(3)
    expect(ids(store)).toStrictEqual([newest.id])
  })

  test('does not touch a snapshot that is being written', async () => {
    const store = openStore()
    const writer = store.create({ index: 1, term: 1 })
    await writeSnapshot(store, { index: 2 })
    store.retain(1)
    await writer.finish()
    expect(store.list()).toHaveLength(2)
  })

  test.each([0, -1, 1.5, Number.NaN])('of %d is refused', (count) => {
    expect(errorOf(() => openStore().retain(count))).toBeInstanceOf(InvalidArgumentError)
  })
})

describe('retainLater()', () => {
  test('shows the old ones no more when it returns, and leaves nothing of them when it resolves', async () => {
    const { store, names, observer } = createRig()
    for (const index of [3, 1, 4, 2]) await writeSnapshot(store, { index }, 'twelve bytes')
    const removing = store.retainLater(2)
    expect(store.list().map(({ index }) => index)).toStrictEqual([4, 3])
    expect(await removing).toBe(2)
    expect(names()).toStrictEqual(ids(store).sort())
    expect(observer.done.slice(-2)).toMatchObject([
      { operation: 'remove', bytes: 12 },
      { operation: 'remove', bytes: 12 },
    ])
  })

  test('twice at once, and while another is written, removes each once and leaves the other alone', async () => {
    const { store, names } = createRig()
    for (const index of [1, 2, 3]) await writeSnapshot(store, { index })
    const writer = store.create({ index: 9, term: 1 })
    const removing = [store.retainLater(2), store.retainLater(1)]
    const { id } = await writer.finish()
    expect(await Promise.all(removing)).toStrictEqual([1, 1])
    expect(store.list().map(({ index }) => index)).toStrictEqual([9, 3])
    expect(names()).toContain(id)
    expect(names()).toHaveLength(2)
  })

  test("that the store is closed in the middle of removes no more: the files may be another owner's", async () => {
    const { store, directory, names } = createRig()
    for (const index of [1, 2, 3]) await writeSnapshot(store, { index })
    const kept = ids(store).slice(0, 1)
    const removing = store.retainLater(1)
    store.close()
    await removing
    expect(names().filter((name) => name.endsWith('.removed'))).toHaveLength(2)
    expect(ids(openStore({ directory }))).toStrictEqual(kept)
    expect(names()).toStrictEqual(kept)
  })

  test('that fails leaves the snapshot where it is', async () => {
    const { store, failpoints, observer } = createRig()
    const { id } = await writeSnapshot(store, { index: 1 })
    await writeSnapshot(store, { index: 2 })
    failpoints.arm('snapshot.remove', '1*return(EIO)')
    await expect(store.retainLater(1)).rejects.toMatchObject({ reason: 'io', inDoubt: false, log: 'orders' })
    expect(observer.failed).toMatchObject([{ operation: 'remove', snapshot: id, reason: 'io' }])
    expect(await readWhole(store, id)).toStrictEqual(Buffer.from('some data'))
    expect(await store.retainLater(1)).toBe(1)
  })

  test.each([0, -1, 1.5, Number.NaN])('of %d is refused', async (count) => {
    await expect(openStore().retainLater(count)).rejects.toBeInstanceOf(InvalidArgumentError)
  })
})

describe('remove()', () => {
  test('removes that one, and tells of it', async () => {
    const { store, names, observer } = createRig()
    const { id } = await writeSnapshot(store, {}, 'twelve bytes')
    const other = await writeSnapshot(store)
    store.remove(id)
    expect(names()).toStrictEqual([other.id])
    expect(observer.done.at(-1)).toMatchObject({
      log: 'orders',
      operation: 'remove',
      snapshot: id,
      bytes: 12,
    })
  })

  test('removes an unusable one too', async () => {
    const { store, directory, names } = createRig()
    const { id } = await writeSnapshot(store)
    rmSync(fileOf(directory, id, 'metadata'))
    store.remove(id)
    expect(names()).toStrictEqual([])
  })

  test('that fails leaves the snapshot where it is', async () => {
    const { store, failpoints, observer } = createRig()
    const { id } = await writeSnapshot(store)
    failpoints.arm('snapshot.remove', '1*return(EIO)')
    const error = errorOf(() => store.remove(id))
    expect(error).toBeInstanceOf(WriteFailedError)
    expect(error).toMatchObject({ reason: 'io', inDoubt: false, log: 'orders' })
    expect(observer.failed).toMatchObject([{ operation: 'remove', reason: 'io', error }])
    expect(await readWhole(store, id)).toStrictEqual(Buffer.from('some data'))
    store.remove(id)
    expect(store.list()).toStrictEqual([])
  })
})

describe('an id that is of no snapshot', () => {
  const strangers = ['', '.', '..', '../x', 'x', '0'.repeat(59), `${'0000000000000001-'.repeat(3)}00000000`]

  test.each(strangers)('%j is not found by open(), verify() and remove()', async (id) => {
    const store = openStore()
    for (const call of [() => store.open(id), () => store.remove(id)]) {
      const error = errorOf(call)
      expect(error).toBeInstanceOf(SnapshotError)
      expect(error).toMatchObject({ kind: 'notFound', snapshot: id })
    }
    await expect(store.verify(id)).rejects.toMatchObject({ kind: 'notFound', snapshot: id })
  })

  test.each([undefined, null, 5, {}])('%j, which is no text, is not found either', (id) => {
    const store = openStore()
    for (const call of [() => store.open(id as string), () => store.remove(id as string)]) {
      expect(errorOf(call)).toMatchObject({ code: 'HOLDFAST_SNAPSHOT', kind: 'notFound' })
    }
  })

  test('reaches no other directory of the same shape', async () => {
    const { store, directory } = createRig()
    const { id } = await writeSnapshot(store)
    const inner = openStore({ directory: join(directory, 'inner') })
    expect(errorOf(() => inner.remove(`../${id}`))).toMatchObject({ kind: 'notFound' })
    expect(ids(store)).toStrictEqual([id])
  })
})

describe('create() refuses', () => {
  const good = { index: 1, term: 1 }
  test.each([
    ['index', { ...good, index: -1 }],
    ['index', { ...good, index: 2 ** 53 }],
    ['term', { ...good, term: 0.5 }],
    ['membership', { ...good, membership: 'a' as unknown as Uint8Array }],
    ['membership', { ...good, membership: new Uint8Array(membershipBytesMax + 1) }],
    ['meta', undefined as unknown as typeof good],
  ])('a bad %s', (argument, meta) => {
    const { store, names } = createRig()
    const error = errorOf(() => store.create(meta))
    expect(error).toBeInstanceOf(InvalidArgumentError)
    expect(error).toMatchObject({ argument })
    expect(names()).toStrictEqual([])
  })

  test('nothing of the greatest membership', async () => {
    const store = openStore()
    const membership = new Uint8Array(membershipBytesMax).fill(7)
    await writeSnapshot(store, { membership })
    expect(Buffer.compare(store.list()[0]?.membership ?? Buffer.alloc(0), membership)).toBe(0)
  })
})

describe('a closed store', () => {
  test('refuses everything, and closes twice', async () => {
    const store = openStore()
    const { id } = await writeSnapshot(store)
    store.close()
    store.close()
    const calls = [
      () => store.create({ index: 1, term: 1 }),
      () => store.list(),
      () => store.unusable(),
      () => store.open(id),
      () => store.retain(1),
      () => store.remove(id),
    ]
    for (const call of calls) {
      const error = errorOf(call)
      expect(error).toBeInstanceOf(SnapshotError)
      expect(error).toMatchObject({ kind: 'closed' })
    }
    await expect(store.verify(id)).rejects.toMatchObject({ kind: 'closed' })
    await expect(store.latestUsable()).rejects.toMatchObject({ kind: 'closed' })
  })

  test('has aborted what was being written, before close() returns', async () => {
    const { store, names } = createRig()
    const writer = store.create({ index: 1, term: 1 })
    writer.write('half of it')
    const ended = store.create({ index: 2, term: 1 })
    const finishing = ended.finish()
    store.close()
    expect(names()).toStrictEqual([])
    await expect(finishing).rejects.toMatchObject({ kind: 'closed' })
    await expect(writer.finish()).rejects.toMatchObject({ kind: 'closed' })
    expect(names()).toStrictEqual([])
  })

  test('fails what is being read', async () => {
    const store = openStore()
    const { id } = await writeSnapshot(store, {}, Buffer.alloc(3_000_000))
    const reading = (async () => {
      for await (const _chunk of store.open(id)) store.close()
    })()
    await expect(reading).rejects.toMatchObject({ kind: 'closed' })
  })

  test('does not end the process for a stream that nobody reads', async () => {
    const store = openStore()
    const { id } = await writeSnapshot(store)
    const reader = store.open(id)
    const closed = new Promise((resolve) => reader.once('close', resolve))
    store.close()
    await closed
    expect(reader.destroyed).toBe(true)
  })

  test('is what `using` leaves', () => {
    const directory = temporaryDirectory()
    let kept: SnapshotStore | undefined
    {
      using store = SnapshotStore.open(directory)
      kept = store
    }
    expect(errorOf(() => kept?.list())).toMatchObject({ kind: 'closed' })
  })
})
