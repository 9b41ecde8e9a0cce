/** Big snapshots have their SHA-256 computed on another thread: what becomes of them, and of it. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { beforeEach, expect, test, vi } from 'vitest'
import { SnapshotError, WriteFailedError } from '../../../src/errors.ts'
import type { SnapshotWriter } from '../../../src/raft/snapshots/index.ts'
import { permission, threads } from './recorded-threads.ts'
import { createRig, openStore, patternOf, readWhole, writeSnapshot } from './snapshots.ts'

vi.mock('node:worker_threads', async (importOriginal) => {
  const { recordThreads } = await import('./recorded-threads.ts')
  return recordThreads(await importOriginal())
})

beforeEach(() => {
  threads.length = 0
  permission.isGiven = true
})

const first = { index: 1, term: 1 }
/** More than waits in memory, so that a thread must have hashed some of it. */
const big = patternOf(10_000_001)

const write = (writer: SnapshotWriter, data: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    writer.write(data, (error) => (error ? reject(error) : resolve()))
  })

/** -1 when it has ended. */
const idOfThread = (at: number): number | undefined => threads[at]?.threadId

test('a big snapshot has the SHA-256 of its data, by one thread, which ends with it', async () => {
  const store = openStore()
  const info = await writeSnapshot(store, first, big)
  expect(info.sha256).toBe(createHash('sha256').update(big).digest('hex'))
  expect(Buffer.compare(await readWhole(store, info.id), big)).toBe(0)
  await vi.waitFor(() => expect(idOfThread(0)).toBe(-1))
  expect(threads).toHaveLength(1)
})

test('a small snapshot begins no thread', async () => {
  const data = big.subarray(0, 1_900_000)
  const { sha256 } = await writeSnapshot(openStore(), first, data)
  expect(sha256).toBe(createHash('sha256').update(data).digest('hex'))
  expect(threads).toHaveLength(0)
})

test('a snapshot that ends before its thread has begun does not wait for it', async () => {
  const data = big.subarray(0, 3_000_000)
  const { sha256 } = await writeSnapshot(openStore(), first, data)
  expect(sha256).toBe(createHash('sha256').update(data).digest('hex'))
  await vi.waitFor(() => expect(idOfThread(0)).toBe(-1))
})

test('a snapshot that follows one that was not big begins no thread', async () => {
  const store = openStore()
  await writeSnapshot(store, first, big)
  const { sha256 } = await writeSnapshot(store, first, big)
  expect(sha256).toBe(createHash('sha256').update(big).digest('hex'))
  expect(threads).toHaveLength(1)
})

test('where no thread may begin, a big snapshot is hashed without', async () => {
  permission.isGiven = false
  const { sha256, bytes } = await writeSnapshot(openStore(), first, big)
  expect(bytes).toBe(big.length)
  expect(sha256).toBe(createHash('sha256').update(big).digest('hex'))
})

test('a thread that dies fails its snapshot: nothing of it is left, and the next one is one', async () => {
  const { store, observer, names } = createRig()
  const writer = store.create(first)
  await write(writer, big)
  const failed = once(writer, 'error')
  await threads[0]?.terminate()
  const [error] = await failed
  expect(error).toBeInstanceOf(WriteFailedError)
  expect(error).toMatchObject({ reason: 'other', inDoubt: false })
  expect(await writer.finish().catch((thrown: unknown) => thrown)).toBe(error)
  expect(names()).toStrictEqual([])
  expect(observer.failed).toMatchObject([{ operation: 'create', snapshot: writer.id, reason: 'other' }])
  expect(threads).toHaveLength(1)
  const { id } = await writeSnapshot(store, first, big)
  expect(store.list().map((info) => info.id)).toStrictEqual([id])
})

test('a thread that dies while finish() waits for it fails that', async () => {
  const { store, names } = createRig()
  const writer = store.create(first)
  await write(writer, big)
  const ended = writer.finish().catch((thrown: unknown) => thrown)
  await threads[0]?.terminate()
  // It may have been done before it was ended.
  const result = await ended
  if (result instanceof Error) {
    expect(result).toMatchObject({ code: 'HOLDFAST_WRITE_FAILED', reason: 'other' })
    expect(names()).toStrictEqual([])
  } else expect(names()).toStrictEqual([writer.id])
})

test.each(['abort', 'close'] as const)(
  '%s() while data wait for the thread ends it, and leaves nothing',
  async (way) => {
    const { store, directory } = createRig()
    const writer = store.create(first)
    // More than its blocks hold: the last of them wait.
    const waiting = write(writer, Buffer.alloc(40_000_000)).catch((thrown: unknown) => thrown)
    while (threads.length === 0) await setImmediate()
    if (way === 'abort') await writer.abort()
    else store.close()
    expect(await waiting).toBeInstanceOf(Error)
    expect(await writer.finish().catch((thrown: unknown) => thrown)).toBeInstanceOf(SnapshotError)
    expect(readdirSync(directory)).toStrictEqual([])
    await vi.waitFor(() => expect(idOfThread(0)).toBe(-1))
  },
)

test('two big snapshots at once have a thread each, and do not mix', async () => {
  const store = openStore()
  const other = Buffer.from(big).reverse()
  const infos = await Promise.all([writeSnapshot(store, first, big), writeSnapshot(store, first, other)])
  expect(infos.map(({ sha256 }) => sha256)).toStrictEqual(
    [big, other].map((data) => createHash('sha256').update(data).digest('hex')),
  )
  expect(threads).toHaveLength(2)
})
