import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { createCborCodec } from '../../src/codec/index.ts'
import { propertyParameters } from '../property-parameters.ts'

const codec = createCborCodec<unknown>()

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary', maxLength: 300 }))
const leaf = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    true,
    false,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ),
  text,
  fc.integer(),
  fc.maxSafeInteger(),
  // No -0: it is read back as 0.
  fc.double().map((value) => value + 0),
  fc.bigInt(),
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }),
  fc.uint8Array({ maxLength: 40 }),
  fc.date({ noInvalidDate: true }),
  fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4_294_967_296_000) }),
)
/** Everything that the codec promises to keep. */
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 30 }),
    fc.dictionary(
      text.filter((name) => name !== '__proto__'),
      tie('value'),
      { maxKeys: 6, noNullPrototype: true },
    ),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 5 }).map((pairs) => new Map(pairs)),
    fc.array(tie('value'), { maxLength: 5 }).map((items) => new Set(items)),
  ),
})).value

/** `undefined` when it was refused, which must be by an `Error`. */
function refusedOr<T>(body: () => T): { readonly result: T } | undefined {
  try {
    return { result: body() }
  } catch (error) {
    assert.ok(error instanceof Error, String(error))
    return undefined
  }
}

function isKept(date: Date): boolean {
  const time = date.getTime()
  return Number.isNaN(time) || Math.round((time / 1000) * 1000) === time
}

test('law: what is encoded is decoded as it was', () => {
  fc.assert(
    fc.property(value, (given) => {
      const encoded = refusedOr(() => codec.encode(given))
      if (encoded === undefined) {
        // Only a date that seconds do not keep is refused.
        assert.ok(fc.stringify(given).includes('Date'))
        return
      }
      assert.deepStrictEqual(codec.decode(encoded.result), given)
    }),
    propertyParameters(3000),
  )
})

test('law: a date that seconds keep to the millisecond comes back, and any other is refused', () => {
  fc.assert(
    fc.property(fc.date({ noInvalidDate: true }), (date) => {
      const encoded = refusedOr(() => codec.encode(date))
      assert.equal(encoded !== undefined, isKept(date))
      if (encoded) assert.deepStrictEqual(codec.decode(encoded.result), date)
    }),
    propertyParameters(3000),
  )
})

test('law: any value whatever comes back as it was, or is refused and then nothing is stored', () => {
  const anything = fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withUnicodeString: true,
  })
  fc.assert(
    fc.property(anything, (given) => {
      const encoded = refusedOr(() => codec.encode(given))
      if (encoded === undefined) return
      const decoded = codec.decode(encoded.result)
      // Once more, since null prototypes, holes and -0 come back without what made them so.
      assert.deepStrictEqual(codec.decode(codec.encode(decoded)), decoded)
      assert.ok(isLooselyEqual(decoded, given), `${fc.stringify(decoded)} for ${fc.stringify(given)}`)
    }),
    propertyParameters(3000),
  )
})

test('law: random bytes end in a value or an Error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      refusedOr(() => codec.decode(bytes))
    }),
    propertyParameters(5000),
  )
})

test('law: a damaged encoding ends in a value or an Error', () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(value, damage, fc.nat(), fc.boolean(), (given, changes, cut, isCut) => {
      const encoded = refusedOr(() => codec.encode(given))
      if (encoded === undefined) return
      const bytes = encoded.result
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte
      refusedOr(() => codec.decode(isCut ? bytes.subarray(0, cut % bytes.length) : bytes))
    }),
    propertyParameters(5000),
  )
})

/** Heads that ask for much, tags that do much, and little to follow them. */
const item: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 3, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 3 }) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.nat({ max: 7 }),
        fc.integer({ min: 24, max: 27 }),
        fc.oneof(fc.nat({ max: 12 }), fc.nat(), fc.constant(0xffff_ffff)),
      )
      .map(([major, info, argument]) => {
        const bytes = Buffer.alloc(1 + (1 << (info - 24)))
        bytes[0] = (major << 5) | info
        bytes.writeUIntBE(
          argument % 256 ** Math.min(4, bytes.length - 1),
          bytes.length - Math.min(4, bytes.length - 1),
          Math.min(4, bytes.length - 1),
        )
        return bytes
      }),
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(
        0,
        1,
        2,
        3,
        4,
        6,
        14,
        27,
        28,
        29,
        51,
        64,
        86,
        105,
        258,
        259,
        0xdff9,
        0xdffe,
        0xdfff,
        0xe000,
        0xd9f7,
      )
      .map((tag) => {
        const bytes = Buffer.from([0xd9, 0, 0])
        bytes.writeUInt16BE(tag, 1)
        return bytes
      }),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('9f', 'bf', '5f', '7f', 'ff', '80', 'a0', '81', 'a1')
      .map((hex) => Buffer.from(hex, 'hex')),
  },
)

test('law: bytes that are made to do harm end in a value or an Error', () => {
  fc.assert(
    fc.property(fc.array(item, { maxLength: 40, size: 'max' }), (items) => {
      refusedOr(() => codec.decode(Buffer.concat(items)))
      assert.equal(({} as { polluted?: unknown }).polluted, undefined)
      assert.equal(Object.keys(Object.prototype).length, 0)
    }),
    propertyParameters(5000),
  )
})

test('law: encoding leaves nothing behind, whether it refused or not', () => {
  const maybeBad = fc.oneof(
    value,
    value.map((inner) => [inner, () => 1]),
  )
  fc.assert(
    fc.property(fc.array(maybeBad, { maxLength: 5 }), value, (earlier, given) => {
      const used = createCborCodec<unknown>()
      for (const one of earlier) refusedOr(() => used.encode(one))
      const fresh = refusedOr(() => createCborCodec<unknown>().encode(given))
      assert.deepStrictEqual(
        refusedOr(() => used.encode(given)),
        fresh,
      )
    }),
    propertyParameters(500),
  )
})

/** Equal but for what the codec's documentation leaves open. */
function isLooselyEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Map && b instanceof Map) return isLooselyEqual([...a], [...b])
  if (a instanceof Set && b instanceof Set) return isLooselyEqual([...a], [...b])
  if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime())
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0
  if (Array.isArray(a) !== Array.isArray(b)) return false
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((one, position) => isLooselyEqual(one, b[position]))
  }
  const names = Object.keys(b)
  return (
    Object.keys(a).length === names.length &&
    names.every((name) =>
      isLooselyEqual((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]),
    )
  )
}
