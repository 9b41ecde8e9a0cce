import assert from 'node:assert/strict'
import { Encoder, Tag } from 'cbor-x'
import { describe, test } from 'vitest'
import { bytesCodec, createCborCodec } from '../../src/codec/index.ts'

const codec = createCborCodec<unknown>()

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
}

function nested(depth: number): unknown {
  let value: unknown = []
  for (let level = 1; level < depth; level++) value = [value]
  return value
}

class Point {
  readonly x = 1
}

describe('createCborCodec().encode()', () => {
  test.each<[string, unknown]>([
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a function inside', { deep: [{ f: () => 1 }] }],
    ['an instance of a class', new Point()],
    ['a regular expression', /x/],
    ['an error', new Error('x')],
    ['an array of another class', new (class extends Array {})()],
    ['a typed array that is not of bytes', new Float64Array(2)],
    ['an ArrayBuffer', new ArrayBuffer(2)],
    ['a tag', new Tag(1, 5)],
    ['a boxed number', Object(5)],
    ['an iterator', [1][Symbol.iterator]()],
    ['half a surrogate pair', '\ud800'],
    ['half a surrogate pair in a long text', `${'x'.repeat(100)}\udc00`],
    ['half a surrogate pair in a name', { '\udc00': 1 }],
    ['a property called __proto__', JSON.parse('{"__proto__":1}')],
    ['a bigint of more than 4 KiB', 256n ** 4096n],
    ['too many properties', Object.fromEntries(Array.from({ length: 65_536 }, (_, key) => [`k${key}`, 0]))],
    ['a date that seconds do not keep', new Date(4_444_098_471_020_655)],
  ])('refuses %s', (_, value) => {
    assert.throws(() => codec.encode(value), Error)
    assert.throws(() => codec.encode([value]), Error)
    assert.throws(() => codec.encode(new Map([[1, value]])), Error)
    assert.throws(() => codec.encode(new Map([[value, 1]])), Error)
    assert.throws(() => codec.encode(new Set([value])), Error)
  })

  test('refuses a value that contains itself', () => {
    const circular: unknown[] = []
    circular.push([circular])
    assert.throws(() => codec.encode(circular), Error)
  })

  test('goes on as before after it refused something', () => {
    const fresh = createCborCodec<unknown>()
    const value = { text: 'x'.repeat(3000), list: [1, 2, { a: new Uint8Array(900) }] }
    const expected = codec.encode(value)
    for (let round = 0; round < 20; round++) {
      assert.throws(() => fresh.encode([value, { f: () => 1 }]), Error)
      assert.throws(() => fresh.encode(nested(5000)), Error)
      assert.throws(
        () =>
          fresh.encode({
            a: value,
            get b() {
              throw new Error('getter')
            },
          }),
        /getter/,
      )
      assert.deepEqual(fresh.encode(value), expected)
      assert.deepEqual(fresh.decode(fresh.encode(value)), value)
    }
  })

  test('gives bytes of their own: a later value does not change them', () => {
    const first = codec.encode({ a: 'first' })
    const copy = new Uint8Array(first)
    for (let round = 0; round < 2000; round++) codec.encode({ a: 'later', round })
    assert.deepEqual(first, copy)
  })

  test('takes values nested 500 deep, and reads them back', () => {
    const deepest = nested(500)
    assert.deepEqual(codec.decode(codec.encode(deepest)), deepest)
  })

  test.each([501, 10_000])('refuses values nested %i deep', (depth) => {
    assert.throws(() => codec.encode(nested(depth)), Error)
  })

  test('refuses, or reads back, a value of any kind at the deepest level', () => {
    for (const leaf of [
      new Uint8Array(1),
      new Map([[1, 2]]),
      new Set([1]),
      new Date(5),
      2n ** 70n,
      { a: 1 },
      [1],
    ]) {
      for (let depth = 496; depth < 503; depth++) {
        let value: unknown = leaf
        for (let level = 0; level < depth; level++) value = [value]
        let encoded: Uint8Array
        try {
          encoded = codec.encode(value)
        } catch {
          continue
        }
        assert.deepEqual(codec.decode(encoded), value)
      }
    }
  })

  test('takes 65,535 properties, and reads them back', () => {
    const wide = Object.fromEntries(Array.from({ length: 65_535 }, (_, key) => [`k${key}`, key]))
    assert.deepEqual(codec.decode(codec.encode(wide)), wide)
  })

  test('takes a bigint of 4 KiB, and reads it back', () => {
    for (const value of [256n ** 4096n - 1n, -(256n ** 4096n)])
      assert.equal(codec.decode(codec.encode(value)), value)
  })

  test('needs nothing of what it encoded before', () => {
    const record = { name: 'a', other: 'b' }
    const used = createCborCodec<unknown>()
    for (let round = 0; round < 100; round++) used.encode(record)
    assert.deepEqual(createCborCodec<unknown>().decode(used.encode(record)), record)
  })

  test('copies a Buffer as a Uint8Array', () => {
    const decoded = codec.decode(codec.encode(Buffer.from('abc')))
    assert.ok(decoded instanceof Uint8Array)
    assert.deepEqual([...decoded], [97, 98, 99])
  })
})

describe('createCborCodec().decode()', () => {
  test.each([
    ['nothing', ''],
    ['a value and more', '01 01'],
    ['the start of a text', '63 61 62'],
    ['an array that claims 2^32 items', '9a ff ff ff ff'],
    ['an array that claims 2^64 - 1 items', '9b ff ff ff ff ff ff ff ff'],
    ['a map that claims 2^32 pairs', 'ba ff ff ff ff'],
    ['a text that claims 2^32 bytes', '7a ff ff ff ff 61'],
    ['bytes that claim 2^53 bytes', '5b 00 20 00 00 00 00 00 00 61'],
    ['an array of indefinite length', '9f 01 ff'],
    ['a map of indefinite length', 'bf 01 02 ff'],
    ['a map of indefinite length with half a pair, in an array', '9f bf 01 ff 01 ff'],
    ['a text of indefinite length', '7f 61 61 ff'],
    ['bytes of indefinite length', '5f 41 61 ff'],
    ['a lone break', 'ff'],
    ['a break in an array', '82 01 ff'],
    ['a reserved head', '1c'],
    ['a reserved simple value', 'f8 ff'],
    ['a packed reference', 'e0'],
    ['text that is not UTF-8', '62 c3 28'],
    ['text with half a surrogate pair', '63 ed a0 80'],
    ['an unknown tag', 'd9 12 34 01'],
    ['a tag and nothing', 'c1'],
    ['the head of 64 bits, cut', '1b 00 00'],
  ])('refuses %s', (_, hex) => {
    assert.throws(() => codec.decode(bytes(hex)), /Not one CBOR value/)
  })

  // What cbor-x can be made to do by its extensions, some of it without end.
  test.each([
    ['a date of text', 'c0 61 78'],
    ['a date of an array', 'c1 80'],
    ['a decimal fraction', 'c4 82 01 02'],
    ['a packed table', 'd8 33 84 81 01 80 80 01'],
    ['a packed reference', 'c6 01'],
    ['a shared value that contains itself', 'd8 1c 81 d8 1d 00'],
    ['a reference to no shared value', 'd8 1d 00'],
    ['a generic object', 'd8 1b 83 66 526567457870 61 61 61 67'],
    ['a record, defined and used', 'd9 df ff 83 19 e0 00 81 61 61 01'],
    ['record definitions', 'd9 df fe 82 19 e0 00 01'],
    ['a legacy record', 'd8 69 83 19 e0 00 81 61 61 01'],
    ['bundled strings', 'd9 df f9 82 1a 00 00 00 00 01'],
    ['a bundled string', 'ce 01'],
    ['shared data', 'da 53 68 72 64 01'],
    ['the self-describing tag', 'd9 d9 f7 01'],
    ['an array of floats', 'd8 56 48 00 00 00 00 00 00 00 00'],
    ['bytes whose length comes from a map', 'd8 40 a1 66 627566666572 1a 3b 9a ca 00'],
    ['a bigint whose length comes from a map', 'c2 a1 6a 627974654c656e677468 1b 00 0f ff ff ff ff ff ff'],
    ['a set of a number', 'd9 01 02 05'],
    ['a map of an array', 'd9 01 03 80'],
    ['a tag of a tag', 'c1 c1 01'],
  ])('refuses %s', (_, hex) => {
    assert.throws(() => codec.decode(bytes(hex)), /Not one CBOR value/)
  })

  test('refuses a bigint of 64 KiB: reading it would take the square of that', () => {
    const large = Buffer.concat([bytes('c2 5a 00 01 00 00'), Buffer.alloc(0x1_0000, 0xff)])
    assert.throws(() => codec.decode(large), /bigint/)
  })

  test.each([
    ['arrays', '81'],
    ['maps', 'a1 01'],
    ['tags', 'c1'],
    ['indefinite arrays', '9f'],
    ['shared values', 'd8 1c 81'],
  ])('refuses 100,000 nested %s', (_, hex) => {
    assert.throws(() => codec.decode(Buffer.alloc(100_000, bytes(hex))), /Not one CBOR value/)
    const closed = Buffer.concat([...Array.from({ length: 100_000 }, () => bytes(hex)), bytes('01')])
    assert.throws(() => codec.decode(closed), /Not one CBOR value/)
  })

  test('a name __proto__ changes no prototype', () => {
    const decoded = codec.decode(
      new Encoder({ useRecords: false }).encode(JSON.parse('{"__proto__":{"polluted":1}}')),
    )
    assert.equal(Object.getPrototypeOf(decoded), Object.prototype)
    assert.equal(({} as { polluted?: unknown }).polluted, undefined)
    assert.equal((decoded as { polluted?: unknown }).polluted, undefined)
  })

  test('goes on as before after it refused something', () => {
    const good = codec.encode({ a: [1, new Map([[1, { b: 2 }]])] })
    for (const hex of ['82 01', 'd9 01 03 a1 01', 'a1 81 01 02', 'c1 f6', '9b 00 00 00 00 00 00 00 05 00']) {
      try {
        codec.decode(bytes(hex))
      } catch {
        // Refused, as most of them are.
      }
      assert.deepEqual(codec.decode(good), { a: [1, new Map([[1, { b: 2 }]])] })
    }
  })
})

describe('bytesCodec', () => {
  test('gives the bytes back as they are', () => {
    const value = Uint8Array.of(1, 2)
    assert.deepEqual(bytesCodec.decode(bytesCodec.encode(value)), value)
  })

  test('refuses what is no Uint8Array', () => {
    for (const value of ['text', [1], new Uint16Array(1), undefined]) {
      assert.throws(() => bytesCodec.encode(value as unknown as Uint8Array), TypeError)
    }
  })
})
