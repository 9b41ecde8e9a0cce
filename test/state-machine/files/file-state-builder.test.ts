import { expect, test } from 'vitest'
import { emptyHead, type Row } from '../../../src/state-machine/core/values.ts'
import { FileStateBuilder } from '../../../src/state-machine/files/file-state-builder.ts'
import type { MapState } from '../../../src/state-machine/files/map-state.ts'

test('a row that was part of a whole block keeps none of the rest of it in memory', async () => {
  const block = Buffer.alloc(2 ** 20, 'x')
  const row: Row = {
    key: block.subarray(0, 3),
    value: block.subarray(3, 8),
    createIndex: 1,
    modIndex: 1,
    expireAt: undefined,
  }
  const built: MapState[] = []
  const builder = new FileStateBuilder({
    write: (state) => {
      built.push(state)
      return Promise.resolve({ number: 1, bytes: 0, checksum: 0 })
    },
    publish: () => Promise.resolve(),
    discard: () => undefined,
  })
  await builder.add([row])
  await builder.finish(emptyHead)
  built[0]?.lendRows(undefined, ({ key, value }) => {
    expect([key.buffer.byteLength, value.buffer.byteLength]).toStrictEqual([3, 5])
    return true
  })
  expect(built[0]?.counts.keys).toBe(1)
})
