/** How a snapshot is written, finished, given up, and refused by the medium. */
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ReadableStream } from 'node:stream/web'
import { describe, expect, test } from 'vitest'
import { SnapshotError, WriteFailedError } from '../../../src/errors.ts'
import { type SnapshotSite, snapshotSites } from '../../../src/raft/snapshots/index.ts'
import { createRig, openStore, patternOf, readWhole, writeSnapshot } from './snapshots.ts'

const first = { index: 1, term: 1 }

describe('writing', () => {
  test('by a pipeline stores every byte, and nothing is listed before finish()', async () => {
    const store = openStore()
    const data = patternOf(3_000_001)
    const writer = store.create(first)
    await pipeline(
      Readable.from([data.subarray(0, 7), data.subarray(7, 2_000_000), data.subarray(2_000_000)]),
      writer,
    )
    expect(store.list()).toStrictEqual([])
    const info = await writer.finish()
    expect(info.bytes).toBe(data.length)
    expect(info.id).toBe(writer.id)
    expect(Buffer.compare(await readWhole(store, info.id), data)).toBe(0)
  })

  test('by a Web stream stores every byte', async () => {
    const store = openStore()
    const data = patternOf(200_000)
    const writer = store.create(first)
    const chunks = [data.subarray(0, 100_000), data.subarray(100_000)]
    const source = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        const chunk = chunks.shift()
        if (chunk === undefined) controller.close()
        else controller.enqueue(chunk)
      },
    })
    await source.pipeTo(writer.toWeb())
    const { id } = await writer.finish()
    expect(Buffer.compare(await readWhole(store, id), data)).toBe(0)
  })

  test('by many small writes without waiting stores them in order', async () => {
    const store = openStore()
    const writer = store.create(first)
    for (let at = 0; at < 3000; at++) writer.write(`${at} `)
    const { id } = await writer.finish()
    expect(String(await readWhole(store, id))).toBe(
      Array.from({ length: 3000 }, (_, at) => `${at} `).join(''),
    )
  })

  test('by write() and end() goes on while empty chunks come', async () => {
    const store = openStore()
    const writer = store.create(first)
    for (const chunk of ['', 'a', '', 'b', '']) writer.write(chunk)
    writer.end('')
    const { id } = await writer.finish()
    expect(String(await readWhole(store, id))).toBe('ab')
  })

  test('tells the caller to wait when a MiB waits for the medium, and to go on when it does not', async () => {
    const writer = openStore().create(first)
    const chunk = Buffer.alloc(64 * 1024)
    let accepted = 1
    while (writer.write(chunk)) accepted += 1
    expect(accepted * chunk.length).toBe(1024 * 1024)
    await once(writer, 'drain')
    expect(writer.writableLength).toBe(0)
    await writer.abort()
  })

  test('two at once keeps them apart', async () => {
    const store = openStore()
    const writers = [store.create(first), store.create(first)]
    for (let turn = 0; turn < 200; turn++) {
      for (const [at, writer] of writers.entries()) writer.write(`${at}${turn};`)
    }
    const infos = await Promise.all(writers.map((writer) => writer.finish()))
    const texts = await Promise.all(infos.map(async ({ id }) => String(await readWhole(store, id))))
    const expected = [0, 1].map((at) => Array.from({ length: 200 }, (_, turn) => `${at}${turn};`).join(''))
    expect(texts).toStrictEqual(expected)
    expect(store.list()).toHaveLength(2)
  })
})

describe('finish()', () => {
  test('tells the observer what was done, how much, and how long it took', async () => {
    const { store, observer } = createRig()
    const { id } = await writeSnapshot(store, first, 'hello')
    const writer = store.create(first, { operation: 'install' })
    writer.write('from a leader')
    await writer.finish()
    expect(observer.done).toMatchObject([
      { log: 'orders', operation: 'create', snapshot: id, bytes: 5 },
      { log: 'orders', operation: 'install', snapshot: writer.id, bytes: 13 },
    ])
    expect(observer.done.every(({ durationMs }) => durationMs >= 0)).toBe(true)
    expect(observer.failed).toStrictEqual([])
  })

  test('twice gives the same answer', async () => {
    const store = openStore()
    const writer = store.create(first)
    const [one, other] = await Promise.all([writer.finish(), writer.finish()])
    expect(other).toBe(one)
    expect(await writer.finish()).toBe(one)
    expect(store.list()).toHaveLength(1)
  })

  test('of a stream that was destroyed with an error says so, and keeps the error', async () => {
    const { store, names, observer } = createRig()
    const cause = new Error('the state machine stopped')
    const writer = store.create(first)
    const source = Readable.from(
      (function* () {
        yield Buffer.alloc(10)
        throw cause
      })(),
    )
    await expect(pipeline(source, writer)).rejects.toBe(cause)
    const error = await writer.finish().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(SnapshotError)
    expect(error).toMatchObject({ kind: 'closed', snapshot: writer.id, cause })
    expect(names()).toStrictEqual([])
    expect(observer.failed).toStrictEqual([])
  })
})

describe('abort()', () => {
  test('in the middle leaves nothing, and finish() is refused', async () => {
    const { store, names, observer } = createRig()
    const writer = store.create(first)
    writer.write(Buffer.alloc(500_000))
    writer.write(Buffer.alloc(500_000))
    expect(names()).toHaveLength(1)
    await writer.abort()
    expect(names()).toStrictEqual([])
    await expect(writer.finish()).rejects.toMatchObject({ kind: 'closed', snapshot: writer.id })
    expect([observer.done, observer.failed]).toStrictEqual([[], []])
    await writer.abort()
    await writeSnapshot(store)
    expect(store.list()).toHaveLength(1)
  })

  test('while finish() syncs leaves nothing', async () => {
    const { store, names } = createRig()
    const writer = store.create(first)
    writer.end('data')
    const finishing = writer.finish()
    await once(writer, 'finish')
    await Promise.all([writer.abort(), expect(finishing).rejects.toMatchObject({ kind: 'closed' })])
    expect(names()).toStrictEqual([])
  })

  test('at the last moment publishes nothing, also when the staging directory cannot be removed', async () => {
    const { store, directory, names, failpoints } = createRig()
    const writer = store.create(first)
    writeFileSync(join(directory, `${writer.id}.staging`, 'notes'), "another's")
    failpoints.arm('snapshot.finish.before_publish', () => void writer.abort())
    await expect(writer.finish()).rejects.toMatchObject({ kind: 'closed' })
    expect(names()).toStrictEqual([`${writer.id}.staging`])
  })

  test('after finish() does nothing', async () => {
    const store = openStore()
    const writer = store.create(first)
    const info = await writer.finish()
    await writer.abort()
    expect(store.list()).toStrictEqual([info])
  })

  test('is what `await using` leaves of a snapshot that is not finished', async () => {
    const { store, names } = createRig()
    {
      await using writer = store.create(first)
      writer.write('data')
    }
    expect(names()).toStrictEqual([])
  })

  test('by the signal of a pipeline leaves nothing', async () => {
    const { store, names } = createRig()
    const writer = store.create(first)
    const ending = new AbortController()
    const endless = Readable.from(
      (async function* () {
        for (let turn = 0; ; turn++) {
          if (turn === 20) ending.abort()
          yield Buffer.alloc(1000)
        }
      })(),
    )
    await expect(pipeline(endless, writer, { signal: ending.signal })).rejects.toThrow(/abort/)
    await writer.abort()
    expect(names()).toStrictEqual([])
  })

  test('closes its files', async () => {
    const store = openStore()
    const count = () => readdirSync('/proc/self/fd').length
    const before = count()
    for (let turn = 0; turn < 20; turn++) {
      const writer = store.create(first)
      writer.write('data')
      if (turn % 2 === 0) await writer.abort()
      else await store.verify((await writer.finish()).id)
    }
    // Another test's own, in this process, may come and go.
    expect(count()).toBeLessThan(before + 10)
  })
})

/** The sites that a snapshot passes on its way. */
const sitesOfWriting = snapshotSites
  .map(({ name }) => name)
  .filter((name) => /create|write|finish/.test(name)) satisfies SnapshotSite[]

describe.each(sitesOfWriting)('a failure at %s', (site) => {
  test.each([
    ['return(ENOSPC)', 'no_space'],
    ['return(EIO)', 'io'],
    ['return', 'injected'],
    ['throw(no)', 'injected'],
  ] as const)(
    'by %s leaves nothing visible or behind, is told, and the store stays usable',
    async (actions, reason) => {
      const { store, names, failpoints, observer } = createRig()
      const older = await writeSnapshot(store)
      using _armed = failpoints.arm(site, `1*${actions}`)
      const error = await failureOf(() => writeSnapshot(store, { index: 2 }))
      expect(error).toBeInstanceOf(WriteFailedError)
      expect(error).toMatchObject({ reason, log: 'orders', operation: 'create a snapshot', inDoubt: false })
      expect(names()).toStrictEqual([older.id])
      expect(store.list()).toStrictEqual([older])
      expect(observer.failed).toMatchObject([{ log: 'orders', operation: 'create', reason, error }])
      expect(observer.done).toHaveLength(1)
      const next = await writeSnapshot(store, { index: 2 })
      expect(store.list()).toStrictEqual([next, older])
      expect(await store.latestUsable()).toStrictEqual({ info: next, unusable: [] })
    },
  )
})

async function failureOf(call: () => Promise<unknown>): Promise<unknown> {
  try {
    await call()
  } catch (error) {
    return error
  }
  throw new Error('It did not fail')
}

describe('a write that fails in the middle', () => {
  test('fails a pipeline with the same error as finish()', async () => {
    const { store, failpoints, names } = createRig()
    failpoints.arm('snapshot.write', '2*off->return(ENOSPC)')
    const writer = store.create(first)
    const chunks = Array.from({ length: 30 }, () => Buffer.alloc(300_000))
    const error = await failureOf(() => pipeline(Readable.from(chunks), writer))
    expect(error).toMatchObject({ code: 'HOLDFAST_WRITE_FAILED', reason: 'no_space' })
    expect(await failureOf(() => writer.finish())).toBe(error)
    expect(names()).toStrictEqual([])
  })

  test('does not end the process of one who waits for finish() alone', async () => {
    const { store, failpoints, names, observer } = createRig()
    failpoints.arm('snapshot.write', 'return(ENOSPC)')
    const writer = store.create(first)
    writer.write('data')
    await new Promise((resolve) => writer.once('close', resolve))
    await expect(writer.finish()).rejects.toMatchObject({ reason: 'no_space' })
    expect(names()).toStrictEqual([])
    expect(observer.failed).toHaveLength(1)
  })

  test('leaves the other snapshot that is being written alone', async () => {
    const { store, failpoints } = createRig()
    const writer = store.create(first)
    writer.write('a')
    await new Promise((resolve) => writer.write('b', resolve))
    failpoints.arm('snapshot.write', '1*return(ENOSPC)')
    await expect(writeSnapshot(store)).rejects.toMatchObject({ reason: 'no_space' })
    writer.write('c')
    const { id } = await writer.finish()
    expect(String(await readWhole(store, id))).toBe('abc')
  })
})

describe('publishing', () => {
  test('shows nothing between the rename and the sync of the directory', async () => {
    const { store, failpoints, names } = createRig()
    const seen: unknown[] = []
    failpoints.arm('snapshot.finish.after_publish', () => void seen.push(names(), store.list()))
    const { id } = await writeSnapshot(store)
    expect(seen).toStrictEqual([[id], []])
    expect(store.list()).toHaveLength(1)
  })

  test('that cannot even be taken back shows nothing either, and the next open has it whole', async () => {
    const { store, failpoints, directory } = createRig()
    const writer = store.create(first)
    failpoints.arm('snapshot.finish.after_publish', () => {
      // In the way of the name that it is to be taken back to.
      mkdirSync(join(directory, `${writer.id}.removed`, 'in the way'), { recursive: true })
      return { value: 'EIO' }
    })
    writer.end('data')
    await expect(writer.finish()).rejects.toMatchObject({ reason: 'io' })
    expect(store.list()).toStrictEqual([])
    expect(() => store.open(writer.id)).toThrow(SnapshotError)
    expect(() => store.remove(writer.id)).toThrow(SnapshotError)
    const reopened = openStore({ directory })
    expect(String(await readWhole(reopened, writer.id))).toBe('data')
  })
})

test('every site is hit by writing, reading and removing one snapshot', async () => {
  const { store, failpoints } = createRig()
  failpoints.countHits(true)
  const { id } = await writeSnapshot(store)
  await store.verify(id)
  store.remove(id)
  expect(failpoints.sites().filter(({ hits }) => hits === 0)).toStrictEqual([])
  expect(failpoints.sites()).toHaveLength(snapshotSites.length)
})
