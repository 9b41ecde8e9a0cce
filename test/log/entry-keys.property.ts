import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { checksumOfKey } from '../../src/codec/index.ts'
import { EntryKeys } from '../../src/log/lmdb/entry-keys.ts'
import { entryKey } from '../../src/log/records.ts'
import { propertyParameters } from '../property-parameters.ts'

/** Neighbours, those 256 further on, and those that differ above the lowest 32 bits alone. */
const index = fc.oneof(
  fc.nat({ max: 600 }),
  fc.tuple(fc.nat({ max: 2 ** 21 - 1 }), fc.nat({ max: 600 })).map(([high, low]) => high * 2 ** 32 + low),
  fc.maxSafeNat(),
)

test('law: EntryKeys makes the keys that entryKey() makes, whatever it made before', () => {
  fc.assert(
    fc.property(fc.array(index), (indexes) => {
      const keys = new EntryKeys()
      for (const at of indexes) assert.deepEqual(Buffer.from(keys.of(at)), entryKey(at))
    }),
    propertyParameters(1000),
  )
})

test('law: the checksum of a key from EntryKeys is that of the key', () => {
  fc.assert(
    fc.property(fc.array(index), (indexes) => {
      const keys = new EntryKeys()
      for (const at of indexes) assert.equal(keys.checksumOf(at), checksumOfKey(entryKey(at)))
    }),
    propertyParameters(1000),
  )
})
