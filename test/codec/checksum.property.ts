import assert from 'node:assert/strict'
import { crc32 as zlibCrc32 } from 'node:zlib'
import fc from 'fast-check'
import { test } from 'vitest'
import { crc32 } from '../../src/codec/checksum.ts'
import { propertyParameters } from '../property-parameters.ts'

/** Around the length where one way to compute it ends and the other begins, and far from it. */
const bytes = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 300 }))
const seed = fc.nat({ max: 2 ** 32 - 1 })

test("law: crc32() is zlib's, whatever the length and the seed", () => {
  fc.assert(
    fc.property(
      bytes.filter(({ length }) => length > 0),
      seed,
      (given, after) => {
        assert.equal(crc32(given, after), zlibCrc32(given, after))
      },
    ),
    propertyParameters(3000),
  )
})

test('law: the checksum of nothing is what came before, also for an array that has no memory', () => {
  // zlib's own answers 0 there: a value that was stored with it could never be read back.
  const nothing = [new Uint8Array(0), structuredClone(new Uint8Array(0)), new Uint8Array(3).subarray(3)]
  fc.assert(
    fc.property(fc.constantFrom(...nothing), seed, (given, after) =>
      assert.equal(crc32(given, after), after),
    ),
    propertyParameters(200),
  )
})

test('law: in parts or at once, the checksum is the same', () => {
  fc.assert(
    fc.property(bytes, bytes, seed, (first, second, after) => {
      assert.equal(crc32(second, crc32(first, after)), crc32(Buffer.concat([first, second]), after))
    }),
    propertyParameters(1000),
  )
})
