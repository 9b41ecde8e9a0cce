import assert from 'node:assert/strict'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { test } from 'vitest'
import { ChecksummedMemory } from '../../src/codec/checksummed-memory.ts'
import { propertyParameters } from '../property-parameters.ts'

const size = 2048
const seed = fc.nat({ max: 2 ** 32 - 1 })
/** Where a part begins, as a word; how many bytes it has: nothing, a rest only, or many words; what goes before it. */
const part = fc.record({
  word: fc.nat({ max: size / 4 - 1 }),
  bytes: fc.oneof(fc.nat({ max: 9 }), fc.nat({ max: 300 }), fc.integer({ min: 500, max: 600 })),
  seed,
})

type Part = typeof part extends fc.Arbitrary<infer T> ? T : never

function checksumsOf(memory: ChecksummedMemory, parts: readonly Part[]): number[] {
  const from = Int32Array.from(parts, ({ word }) => word * 4)
  const to = Int32Array.from(parts, ({ word, bytes }) => Math.min(word * 4 + bytes, size))
  const checksums = Int32Array.from(parts, (each) => each.seed | 0)
  memory.checksum({ count: parts.length, from, to, checksums })
  return Array.from(checksums, (checksum) => checksum >>> 0)
}

/** zlib's, which answers 0 for no bytes. */
function expected(memory: ChecksummedMemory, { word, bytes, seed: before }: Part): number {
  const bytesOfPart = memory.bytes.subarray(word * 4, Math.min(word * 4 + bytes, size))
  return bytesOfPart.length === 0 ? before : crc32(bytesOfPart, before)
}

test("law: the checksums of any parts, however many at once, are zlib's", () => {
  const memory = new ChecksummedMemory(size)
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: size, maxLength: size, size: 'max' }),
      // Few are taken one by one, many side by side.
      fc.oneof(
        fc.array(part, { maxLength: 12 }),
        fc.array(part, { minLength: 28, maxLength: 80, size: 'max' }),
      ),
      (bytes, parts) => {
        memory.bytes.set(bytes)
        assert.deepEqual(
          checksumsOf(memory, parts),
          parts.map((each) => expected(memory, each)),
        )
      },
    ),
    propertyParameters(500),
  )
})

test("law: the checksum of one bit anywhere is zlib's, in each of many parts", () => {
  const memory = new ChecksummedMemory(size)
  fc.assert(
    fc.property(part, fc.nat({ max: size * 8 - 1 }), (one, bit) => {
      memory.bytes.fill(0)
      memory.bytes[bit >>> 3] = 1 << (bit & 7)
      const many = Array.from({ length: 33 }, () => one)
      assert.deepEqual(
        checksumsOf(memory, many),
        many.map((each) => expected(memory, each)),
      )
    }),
    propertyParameters(500),
  )
})
