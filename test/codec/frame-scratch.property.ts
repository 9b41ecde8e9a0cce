import assert from 'node:assert/strict'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { test } from 'vitest'
import { ChecksummedMemory } from '../../src/codec/checksum.ts'
import { encodeFrame, FrameScratch } from '../../src/codec/index.ts'
import { propertyParameters } from '../property-parameters.ts'

/** Around the length where one way to compute a checksum ends and the other begins, and around that of the scratch memory. */
const payload = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.uint8Array({ minLength: 460, maxLength: 560 }),
  fc.integer({ min: 65_500, max: 65_600 }).map((bytes) => new Uint8Array(bytes).fill(7)),
)
const key = fc.oneof(fc.uint8Array({ minLength: 9, maxLength: 9 }), fc.uint8Array({ maxLength: 12 }))

test('law: a FrameScratch makes the frames that encodeFrame() makes, whatever it framed before', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(key, payload), { maxLength: 5 }), (values) => {
      const scratch = new FrameScratch()
      for (const [under, value] of values) {
        assert.deepEqual(Buffer.from(scratch.encode(under, value)), Buffer.from(encodeFrame(under, value)))
      }
    }),
    propertyParameters(1000),
  )
})

test("law: ChecksummedMemory's crc32() is zlib's, and of the first bytes only", () => {
  const memory = new ChecksummedMemory(1024)
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1024, maxLength: 1024 }),
      fc.integer({ min: 1, max: 1024 }),
      (bytes, count) => {
        memory.bytes.set(bytes)
        assert.equal(memory.crc32(count), crc32(bytes.subarray(0, count)))
      },
    ),
    propertyParameters(1000),
  )
})
