import { setImmediate } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { emptyHead, type Row } from '../../../src/state-machine/core/values.ts'
import { FileStateBuilder } from '../../../src/state-machine/files/file-state-builder.ts'
import type { MapState } from '../../../src/state-machine/files/map-state.ts'

function building(): { readonly builder: FileStateBuilder; readonly built: MapState[] } {
  const built: MapState[] = []
  const builder = new FileStateBuilder({
    write: (state) => {
      built.push(state)
      return Promise.resolve({ number: 1, bytes: 0, checksum: 0 })
    },
    publish: () => Promise.resolve(),
    discard: () => undefined,
  })
  return { builder, built }
}

function rowOf(key: Uint8Array, value: Uint8Array): Row {
  return { key, value, createIndex: 1, modIndex: 1, expireAt: undefined }
}

test('a row that was part of a whole block keeps none of the rest of it in memory', async () => {
  const block = Buffer.alloc(2 ** 20, 'x')
  const { builder, built } = building()
  await builder.add([rowOf(block.subarray(0, 3), block.subarray(3, 8_003))])
  await builder.finish(emptyHead)
  built[0]?.lendRows(undefined, ({ key, value }) => {
    expect([key.length, value.length]).toStrictEqual([3, 8_000])
    expect(Math.max(key.buffer.byteLength, value.buffer.byteLength)).toBeLessThan(9_000)
    return true
  })
  expect(built[0]?.counts.keys).toBe(1)
})

test('rows of one block are put into place in slices, between which the event loop has its turn', async () => {
  let now = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now++)
  onTestFinished(() => clock.mockRestore())
  const { builder } = building()
  let turns = 0
  let isDone = false
  const adding = builder
    .add(Array.from({ length: 100 }, (_, number) => rowOf(Uint8Array.of(number), Uint8Array.of())))
    .finally(() => {
      isDone = true
    })
  for (; !isDone; turns++) await setImmediate()
  await adding
  // One millisecond for each row, by that clock, and five for each slice.
  expect(turns).toBeGreaterThan(10)
})
