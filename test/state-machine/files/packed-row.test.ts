import { expect, test } from 'vitest'
import type { Row } from '../../../src/state-machine/core/values.ts'
import { MapState } from '../../../src/state-machine/files/map-state.ts'
import {
  expireAtOf,
  packRow,
  RowLender,
  unpackRow,
  valueBytesOf,
} from '../../../src/state-machine/files/packed-row.ts'

/** Every byte there is, again and again. */
function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => at + length)
}

function rowOf(valueBytes: number, rest: Partial<Row> = {}): Row {
  return {
    key: bytes(256),
    value: bytes(valueBytes),
    createIndex: 1,
    modIndex: 2,
    expireAt: undefined,
    ...rest,
  }
}

function textOf({ key }: Row): string {
  return Buffer.from(key).toString('latin1')
}

const greatest = Number.MAX_SAFE_INTEGER
const rows = [
  rowOf(0),
  rowOf(128, { key: bytes(1) }),
  rowOf(512, { key: bytes(1024), expireAt: 1 }),
  rowOf(513),
  rowOf(2_000, { createIndex: greatest - 1, modIndex: greatest, expireAt: greatest }),
]

test.each(rows)('a row comes back as it was, and shares no memory with another', (row) => {
  const packed = packRow({ ...row, value: Buffer.from(row.value) })
  const [first, second] = [unpackRow(textOf(row), packed), unpackRow(textOf(row), packed)]
  expect(first).toStrictEqual(row)
  second.key.fill(0)
  second.value.fill(0)
  expect(first).toStrictEqual(row)
  expect(unpackRow(textOf(row), packed)).toStrictEqual(row)
  expect(new RowLender().lend(textOf(row), packed)).toStrictEqual(row)
  expect([valueBytesOf(packed), expireAtOf(packed)]).toStrictEqual([row.value.length, row.expireAt])
})

test('a row of a short value is one string, which refers to no other object', () => {
  expect([0, 128, 512].map((length) => typeof packRow(rowOf(length)))).toStrictEqual(Array(3).fill('string'))
})

test('a row of a longer value is bytes of just its own, outside of the heap of objects', () => {
  const packed = packRow(rowOf(513))
  expect(packed).toBeInstanceOf(Uint8Array)
  expect((packed as Uint8Array).buffer.byteLength).toBeLessThan(600)
})

test('a row that is lent stays as it is while others are read and written', () => {
  const state = new MapState()
  const lent = rowOf(100, { key: Uint8Array.of(1) })
  const other = rowOf(200, { key: Uint8Array.of(2), expireAt: 9 })
  for (const row of [lent, other]) state.put(row)
  const found: Row[] = []
  state.lendRows(undefined, (row) => {
    state.row(other.key)
    state.put({ ...other, value: bytes(300) })
    state.lendRows(other.key, () => true)
    found.push(structuredClone(row))
    return false
  })
  expect(found).toStrictEqual([lent])
})
