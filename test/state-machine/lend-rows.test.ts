/** Rows that are lent, on each medium that lends them. */
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { emptyHead, type Row } from '../../src/state-machine/core/values.ts'
import { MapState } from '../../src/state-machine/files/map-state.ts'
import { LmdbStateMedium } from '../../src/state-machine/lmdb/lmdb-state-medium.ts'
import type { PinnedState } from '../../src/state-machine/medium.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const format = { clusterId: '', isTtlEnabled: true }

/** One longer than LMDB lends out of its own memory, and one that ends with it. */
const rows = [0, 1, 100, 5_000, 100_000].map((valueBytes, at): Row => {
  const key = Buffer.from(`key ${at}`)
  return {
    key,
    value: Buffer.alloc(valueBytes, at),
    createIndex: 1,
    modIndex: at + 2 ** 40,
    expireAt: at % 2 === 0 ? undefined : at,
  }
})

async function onLmdb(): Promise<PinnedState> {
  const directory = join(temporaryDirectory(), 'state')
  const medium = new LmdbStateMedium({ name: 'state', directory, failpoints: undefined, environment: {} })
  onTestFinished(() => medium.close())
  medium.recover(format)
  const builder = medium.build()
  await builder.add(rows)
  builder.finish(emptyHead)
  builder.publish()
  const pin = medium.pin()
  onTestFinished(() => pin.release())
  return pin
}

function inMemory(): Promise<PinnedState> {
  const state = new MapState()
  for (const row of rows) state.put(row)
  return Promise.resolve(state.pin())
}

function textOf(row: Row): string {
  const [key, value] = [row.key, row.value].map((bytes) => Buffer.from(bytes).toString('base64'))
  return JSON.stringify({ ...row, key, value })
}

test.each([
  ['on LMDB', onLmdb],
  ['in memory', inMemory],
])('%s they are those that are copied, from any of them to the end', async (_where, open) => {
  const state = await open()
  for (const from of [undefined, ...rows.map(({ key }) => key), Buffer.from('key 1.5'), Buffer.from('z')]) {
    const lent: string[] = []
    const refused = state.lendRows?.(from, (row) => lent.push(textOf(row)) > 0)
    expect(refused).toBeUndefined()
    expect(lent).toStrictEqual(state.rows({ from }, { rows: 9, bytes: 10 ** 9 }).map(textOf))
  }
})

test.each([
  ['on LMDB', onLmdb],
  ['in memory', inMemory],
])('%s the key of the one that is refused is told, and it is lent again from there', async (_where, open) => {
  const state = await open()
  const found: string[] = []
  const refusals: (string | undefined)[] = []
  let from: Uint8Array | undefined
  do {
    let isFirst = true
    from = state.lendRows?.(from, ({ key }) => {
      if (!isFirst) return false
      isFirst = false
      found.push(Buffer.from(key).toString())
      return true
    })
    refusals.push(from && Buffer.from(from).toString())
  } while (from !== undefined)
  expect(found).toStrictEqual(['key 0', 'key 1', 'key 2', 'key 3', 'key 4'])
  expect(refusals).toStrictEqual(['key 1', 'key 2', 'key 3', 'key 4', undefined])
})
