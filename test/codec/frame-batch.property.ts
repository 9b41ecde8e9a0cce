import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { checksumOfKey, encodeFrame, FrameBatch } from '../../src/codec/index.ts'
import { entryKey } from '../../src/log/records.ts'
import { propertyParameters } from '../property-parameters.ts'

/** Around the length where one way to compute a checksum ends and the other begins, and around that of the scratch memory. */
const payload = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.uint8Array({ minLength: 460, maxLength: 560 }),
  fc.integer({ min: 32_700, max: 32_800 }).map((bytes) => new Uint8Array(bytes).fill(7)),
)
const key = fc.oneof(fc.uint8Array({ minLength: 9, maxLength: 9 }), fc.uint8Array({ maxLength: 12 }))

/** Frames all of `values`, clearing the batch where it is full. */
function frameAll(batch: FrameBatch, values: readonly (readonly [Uint8Array, Uint8Array])[]): Buffer[] {
  const frames: Buffer[] = []
  const take = (): void => {
    batch.seal()
    for (let at = 0; at < batch.count; at++) {
      frames.push(Buffer.from(batch.bytes.subarray(batch.startOf(at), batch.endOf(at))))
    }
    batch.clear()
  }
  for (const [under, value] of values) {
    const ofKey = checksumOfKey(under)
    if (batch.add(ofKey, value)) continue
    take()
    if (!batch.add(ofKey, value)) frames.push(Buffer.from(encodeFrame(under, value)))
  }
  take()
  return frames
}

test('law: a FrameBatch makes the frames that encodeFrame() makes, whatever it framed before', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(key, payload), { maxLength: 60, size: 'max' }), (values) => {
      const expected = values.map(([under, value]) => Buffer.from(encodeFrame(under, value)))
      assert.deepEqual(frameAll(new FrameBatch(), values), expected)
    }),
    propertyParameters(200),
  )
})

test('law: the frames of neighbours, through every full batch, are those that encodeFrame() makes', () => {
  const batch = new FrameBatch()
  const run = fc.tuple(fc.nat({ max: 2 ** 40 }), fc.integer({ min: 1, max: 1500 }), fc.nat({ max: 90 }))
  fc.assert(
    fc.property(run, ([from, count, bytes]) => {
      const values = Array.from({ length: count }, (_, at): [Uint8Array, Uint8Array] => [
        entryKey(from + at),
        new Uint8Array(bytes).fill(at),
      ])
      const expected = values.map(([under, value]) => Buffer.from(encodeFrame(under, value)))
      assert.deepEqual(frameAll(batch, values), expected)
    }),
    propertyParameters(30),
  )
})

test('a FrameBatch frames what it copied, whatever becomes of the bytes it was given', () => {
  const batch = new FrameBatch()
  const given = new Uint8Array(100).fill(1)
  batch.add(checksumOfKey(entryKey(1)), given)
  given.fill(2)
  batch.seal()
  const frame = batch.bytes.subarray(batch.startOf(0), batch.endOf(0))
  assert.deepEqual(Buffer.from(frame), Buffer.from(encodeFrame(entryKey(1), new Uint8Array(100).fill(1))))
})
