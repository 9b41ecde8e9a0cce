import { expect, onTestFinished, test } from 'vitest'
import { SnapshotStore } from '../../../src/raft/index.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'

async function storeWith(data: string) {
  const store = SnapshotStore.open(temporaryDirectory())
  onTestFinished(() => store.close())
  const writer = store.create({ index: 1, term: 1 })
  writer.end(data)
  return { store, info: await writer.finish() }
}

test('openFile() reads pieces in any order, also after the snapshot was removed', async () => {
  const { store, info } = await storeWith('abcdefgh')
  const file = store.openFile(info.id)
  store.remove(info.id)
  expect(Buffer.from(await file.read(4, 4)).toString()).toBe('efgh')
  expect(Buffer.from(await file.read(0, 2)).toString()).toBe('ab')
  await file.close()
  await file.close()
  await expect(file.read(0, 1)).rejects.toMatchObject({ kind: 'closed' })
})

test('openFile() says where the data end, and the snapshot no longer counts as usable', async () => {
  const { store, info } = await storeWith('abc')
  const file = store.openFile(info.id)
  await expect(file.read(2, 5)).rejects.toMatchObject({ kind: 'incomplete', snapshot: info.id })
  await file.close()
  const writer = store.create({ index: 2, term: 1 })
  writer.end('d')
  await writer.finish()
  // One is kept beside the damaged one, which does not count.
  expect(store.retain(1)).toBe(1)
})

test('openFile() refuses what is not there', async () => {
  const { store } = await storeWith('abc')
  expect(() => store.openFile('x')).toThrow(expect.objectContaining({ kind: 'notFound' }))
})
