import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { readU32, readU64, writeU32, writeU64 } from '../../src/codec/index.ts'
import { propertyParameters } from '../property-parameters.ts'

const edges = [0, 1, 255, 256, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 52, Number.MAX_SAFE_INTEGER]
const index = fc.oneof(fc.maxSafeNat(), fc.nat({ max: 1000 }), fc.constantFrom(...edges))

function bytesOf(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  writeU64(bytes, 0, value)
  return bytes
}

test('law: writeU64() writes eight bytes, big-endian', () => {
  fc.assert(
    fc.property(index, (value) => {
      const expected = Buffer.alloc(8)
      expected.writeBigUInt64BE(BigInt(value))
      assert.deepEqual(bytesOf(value), expected)
    }),
    propertyParameters(2000),
  )
})

test('law: readU64() reads what writeU64() wrote', () => {
  fc.assert(
    fc.property(index, (value) => assert.equal(readU64(bytesOf(value), 0), value)),
    propertyParameters(2000),
  )
})

test('law: bytes sort as their numbers do', () => {
  fc.assert(
    fc.property(index, index, (a, b) => {
      assert.equal(Buffer.compare(bytesOf(a), bytesOf(b)), Math.sign(a - b))
    }),
    propertyParameters(2000),
  )
})

test('law: what is more than a safe integer is read as no safe integer', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }), (value) => {
      const bytes = Buffer.alloc(8)
      bytes.writeBigUInt64BE(value)
      assert.equal(Number.isSafeInteger(readU64(bytes, 0)), false)
    }),
    propertyParameters(2000),
  )
})

test('law: 32 bits are written and read at their offset, and nothing around them changes', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 32 - 1 }), fc.nat({ max: 4 }), (value, offset) => {
      const bytes = Buffer.alloc(8, 0xaa)
      const expected = Buffer.alloc(8, 0xaa)
      expected.writeUInt32BE(value, offset)
      writeU32(bytes, offset, value)
      assert.deepEqual(bytes, expected)
      assert.equal(readU32(bytes, offset), value)
    }),
    propertyParameters(1000),
  )
})
