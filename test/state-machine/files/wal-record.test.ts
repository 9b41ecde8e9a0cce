import { expect, test } from 'vitest'
import { encodeAppliedEntry, rollOn } from '../../../src/state-machine/core/effects.ts'
import { emptyHead } from '../../../src/state-machine/core/values.ts'
import { BatchError, encodeBatch, redoBatch } from '../../../src/state-machine/files/batch.ts'
import { MapState } from '../../../src/state-machine/files/map-state.ts'
import { decodeRecord, encodeRecord } from '../../../src/state-machine/files/wal-record.ts'

const nonce = new Uint8Array(16).fill(7)
const record = { kind: 'batch', syncedThrough: 48, body: Uint8Array.of(1, 2, 3), offset: 64 } as const

function segmentWith(bytes: Uint8Array, offset: number): Uint8Array {
  const segment = new Uint8Array(offset + bytes.length)
  segment.set(bytes, offset)
  return segment
}

test('a record is read where it was written', () => {
  const bytes = encodeRecord(nonce, record)
  expect(bytes.length % 8).toBe(0)
  expect(decodeRecord(nonce, segmentWith(bytes, 64), 64)).toEqual({ ...record, end: 64 + bytes.length })
})

test('a record at another offset, or of another segment, is none', () => {
  const bytes = encodeRecord(nonce, record)
  expect(decodeRecord(nonce, segmentWith(bytes, 72), 72)).toBeUndefined()
  expect(decodeRecord(new Uint8Array(16).fill(8), segmentWith(bytes, 64), 64)).toBeUndefined()
})

test('a record with any bit flipped is none', () => {
  const segment = segmentWith(encodeRecord(nonce, record), 64)
  for (let bit = 64 * 8; bit < segment.length * 8; bit++) {
    const changed = new Uint8Array(segment)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(decodeRecord(nonce, changed, 64), `bit ${bit}`).toBeUndefined()
  }
})

const entry = { index: 1, term: 1, clock: 5, code: 'OK', effects: [] } as const
const encoded = encodeAppliedEntry(entry)
const before = emptyHead.applied
const after = rollOn(before, entry, encoded)

test('a batch is redone on the state that it continues', () => {
  const state = new MapState()
  expect(redoBatch(state, encodeBatch(before, after, [encoded]))).toBe(1)
  expect(state.head.applied).toEqual(after)
})

test.each([
  ['continues another index', encodeBatch({ ...before, index: 3 }, after, [encoded])],
  ['continues another checksum', encodeBatch({ ...before, chain: 3 }, after, [encoded])],
  ['leads to another checksum', encodeBatch(before, { ...after, chain: 3 }, [encoded])],
  ['has an entry of another index', encodeBatch(before, after, [encodeAppliedEntry({ ...entry, index: 2 })])],
  ['is cut short', encodeBatch(before, after, [encoded]).subarray(0, -1)],
  ['has bytes too many', encodeBatch(before, after, [encoded, Uint8Array.of(0)])],
  ['has no head', new Uint8Array(3)],
])('a batch that %s is refused', (_, body) => {
  expect(() => redoBatch(new MapState(), body)).toThrow(BatchError)
})
