/** How a snapshot is read: in a stream, to a checked end. */
import { once } from 'node:events'
import { truncateSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { describe, expect, test } from 'vitest'
import { SnapshotError } from '../../../src/errors.ts'
import {
  createRig,
  fileOf,
  openStore,
  patternOf,
  readUntilError,
  readWhole,
  writeSnapshot,
} from './snapshots.ts'

const chunkBytes = 256 * 1024

async function flipBit(path: string, at: number): Promise<void> {
  const file = await open(path, 'r+')
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at)
  await file.write(Buffer.of((buffer[0] ?? 0) ^ 0x10), 0, 1, at)
  await file.close()
}

describe('open()', () => {
  test.each([0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 3 * chunkBytes])(
    'hands over the %i bytes that were written',
    async (bytes) => {
      const store = openStore()
      const data = patternOf(bytes)
      const { id } = await writeSnapshot(store, {}, data)
      expect(Buffer.compare(await readWhole(store, id), data)).toBe(0)
    },
  )

  test('says which snapshot it reads', async () => {
    const store = openStore()
    const info = await writeSnapshot(store)
    const reader = store.open(info.id)
    expect(reader.info).toStrictEqual(info)
    reader.destroy()
  })

  test('goes on when the snapshot is removed meanwhile', async () => {
    const store = openStore()
    const data = patternOf(5 * chunkBytes)
    const { id } = await writeSnapshot(store, {}, data)
    const chunks: Uint8Array[] = []
    for await (const chunk of store.open(id)) {
      if (chunks.length === 0) store.remove(id)
      chunks.push(chunk)
    }
    expect(Buffer.compare(Buffer.concat(chunks), data)).toBe(0)
    expect(store.list()).toStrictEqual([])
  })

  test('may be used as a Web stream', async () => {
    const store = openStore()
    const data = patternOf(3 * chunkBytes)
    const { id } = await writeSnapshot(store, {}, data)
    const chunks: Uint8Array[] = []
    for await (const chunk of Readable.toWeb(store.open(id))) chunks.push(chunk)
    expect(Buffer.compare(Buffer.concat(chunks), data)).toBe(0)
  })

  test('reads no further than the consumer can take', async () => {
    const { store, failpoints, directory } = createRig()
    const { id } = await writeSnapshot(store, {}, Buffer.alloc(40 * chunkBytes))
    using reads = failpoints.arm('snapshot.read', 'off')
    const reader = store.open(id)
    await once(reader, 'readable')
    // Long enough for another reader to read everything.
    await openStore({ directory }).verify(id)
    // Two chunks fill the stream, and one is under way.
    expect(reads.hits).toBeLessThanOrEqual(4)
    reader.destroy()
  })

  test('tells the observer when it was read to its end, and not when it was not', async () => {
    const { store, observer } = createRig()
    const { id } = await writeSnapshot(store, {}, patternOf(3 * chunkBytes))
    observer.done.length = 0
    for await (const _chunk of store.open(id)) break
    expect(observer.done).toStrictEqual([])
    await store.verify(id)
    expect(observer.done).toMatchObject([{ operation: 'open', snapshot: id, bytes: 3 * chunkBytes }])
    expect(observer.failed).toStrictEqual([])
  })
})

describe('a damaged snapshot', () => {
  test.each([0, 1, chunkBytes, 2 * chunkBytes - 1, 2 * chunkBytes, 3 * chunkBytes - 1])(
    'with a flipped bit at %i fails before its last chunk is handed over',
    async (at) => {
      const { store, directory, observer } = createRig()
      const { id } = await writeSnapshot(store, {}, patternOf(3 * chunkBytes))
      await flipBit(fileOf(directory, id, 'data'), at)
      const { data, error } = await readUntilError(store, id)
      expect(data.length).toBeLessThanOrEqual(2 * chunkBytes)
      expect(error).toBeInstanceOf(SnapshotError)
      expect(error).toMatchObject({ kind: 'corrupt', snapshot: id, reason: 'corrupt' })
      expect(observer.corrupt).toStrictEqual([error])
      expect(observer.failed).toMatchObject([{ operation: 'open', reason: 'corrupt', snapshot: id, error }])
    },
  )

  test('of a single chunk hands over nothing', async () => {
    const { store, directory } = createRig()
    const { id } = await writeSnapshot(store)
    await flipBit(fileOf(directory, id, 'data'), 3)
    expect((await readUntilError(store, id)).data).toStrictEqual(Buffer.alloc(0))
  })

  test('makes a pipeline fail', async () => {
    const { store, directory } = createRig()
    const { id } = await writeSnapshot(store, {}, patternOf(2 * chunkBytes))
    await flipBit(fileOf(directory, id, 'data'), 5)
    const sink = new Writable({ write: (_chunk, _encoding, done) => done() })
    await expect(pipeline(store.open(id), sink)).rejects.toMatchObject({ kind: 'corrupt' })
    expect(sink.writableFinished).toBe(false)
  })

  test('that is cut short while it is read is incomplete', async () => {
    const { store, directory } = createRig()
    const { id } = await writeSnapshot(store, {}, patternOf(8 * chunkBytes))
    const reader = store.open(id)
    truncateSync(fileOf(directory, id, 'data'), 3 * chunkBytes + 5)
    const reading = (async () => {
      for await (const _chunk of reader);
    })()
    await expect(reading).rejects.toMatchObject({ kind: 'incomplete' })
  })

  test('that grows while it is read is corrupt', async () => {
    const { store, directory } = createRig()
    const { id } = await writeSnapshot(store)
    const reader = store.open(id)
    writeFileSync(fileOf(directory, id, 'data'), 'more', { flag: 'a' })
    const reading = (async () => {
      for await (const _chunk of reader);
    })()
    await expect(reading).rejects.toMatchObject({ kind: 'corrupt' })
  })
})

describe.each(['snapshot.open', 'snapshot.read'] as const)('a failure at %s', (site) => {
  test.each(['return', 'return(EIO)', 'throw(no)'])('by %s is reported as corrupt', async (actions) => {
    const { store, failpoints, observer } = createRig()
    const { id } = await writeSnapshot(store)
    failpoints.arm(site, `1*${actions}`)
    await expect(store.verify(id)).rejects.toMatchObject({ kind: 'corrupt', snapshot: id })
    expect(observer.failed).toHaveLength(1)
    await store.verify(id)
  })
})

describe('latestUsable()', () => {
  test('offers the next older snapshot, and reports every one that is damaged', async () => {
    const { store, directory } = createRig()
    const oldest = await writeSnapshot(store, { index: 1 })
    const usable = await writeSnapshot(store, { index: 2 })
    const flipped = await writeSnapshot(store, { index: 3 })
    const without = await writeSnapshot(store, { index: 4 })
    await flipBit(fileOf(directory, flipped.id, 'data'), 0)
    await flipBit(fileOf(directory, without.id, 'metadata'), 9)
    const { info, unusable } = await store.latestUsable()
    expect(info).toStrictEqual(usable)
    expect(unusable).toMatchObject([
      { id: without.id, error: { kind: 'corrupt' } },
      { id: flipped.id, error: { kind: 'corrupt' } },
    ])
    expect(store.list().map(({ id }) => id)).toStrictEqual([flipped.id, usable.id, oldest.id])
    expect(store.unusable()).toMatchObject([{ id: without.id }])
  })

  test('finds none when all are damaged', async () => {
    const { store, failpoints } = createRig()
    await writeSnapshot(store, { index: 1 })
    await writeSnapshot(store, { index: 2 })
    failpoints.arm('snapshot.read', 'return')
    const { info, unusable } = await store.latestUsable()
    expect(info).toBe(undefined)
    expect(unusable).toHaveLength(2)
  })

  test('does not take for damaged what could not be looked at', async () => {
    const { store, failpoints } = createRig()
    await writeSnapshot(store)
    failpoints.arm('snapshot.read', () => {
      throw Object.assign(new Error('too many open files'), { code: 'EMFILE' })
    })
    await expect(store.latestUsable()).rejects.toMatchObject({ code: 'EMFILE' })
  })

  test('passes over a snapshot that is removed while it looks', async () => {
    const { store, failpoints } = createRig()
    const older = await writeSnapshot(store, { index: 1 })
    const newer = await writeSnapshot(store, { index: 2 })
    failpoints.arm('snapshot.read', () => {
      failpoints.disarmAll()
      store.remove(older.id)
      return { value: undefined }
    })
    expect(await store.latestUsable()).toMatchObject({ info: undefined, unusable: [{ id: newer.id }] })
  })
})

describe('an AbortSignal', () => {
  test('ends reading with an AbortError, which is no damage', async () => {
    const { store, observer } = createRig()
    const { id } = await writeSnapshot(store, {}, patternOf(8 * chunkBytes))
    const ending = new AbortController()
    const reading = (async () => {
      for await (const _chunk of store.open(id, { signal: ending.signal })) ending.abort()
    })()
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' })
    expect(observer.failed).toStrictEqual([])
    expect(store.retain(1)).toBe(0)
    await store.verify(id)
  })

  test('ends verify() and latestUsable()', async () => {
    const store = openStore()
    const { id } = await writeSnapshot(store, {}, patternOf(8 * chunkBytes))
    for (const start of [
      (signal: AbortSignal) => store.verify(id, { signal }),
      (signal: AbortSignal) => store.latestUsable({ signal }),
    ]) {
      const ending = new AbortController()
      const ended = expect(start(ending.signal)).rejects.toMatchObject({ name: 'AbortError' })
      ending.abort()
      await ended
    }
  })

  test('is no damage, whatever the read that was under way finds', async () => {
    const { store, failpoints, observer } = createRig()
    const { id } = await writeSnapshot(store)
    const reader = store.open(id)
    failpoints.arm('snapshot.read', () => {
      reader.destroy()
      return { value: undefined }
    })
    reader.resume()
    await once(reader, 'close')
    expect([observer.failed, observer.corrupt]).toStrictEqual([[], []])
  })

  test('that was aborted before opens nothing', async () => {
    const store = openStore()
    const { id } = await writeSnapshot(store)
    await expect(store.verify(id, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    })
  })
})
