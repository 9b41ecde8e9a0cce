import assert, { AssertionError } from 'node:assert/strict'
import { constants } from 'node:os'
import fc from 'fast-check'
import { onTestFinished, test } from 'vitest'
import type { NativeDatabase, NativeRoot } from '../../src/lmdb/native.ts'
import { PartAppender } from '../../src/lmdb/part-appender.ts'
import { binary, openRoot } from '../../src/lmdb/root-database.ts'
import { propertyParameters } from '../property-parameters.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const memory = Buffer.from(Array.from({ length: 12_000 }, (_, at) => Math.imul(at, 2_654_435_761) >>> 24))
/** The first of these keys are neighbours, so that they have one length; the others have any that LMDB takes. */
const neighbour = fc.nat(0xffff).map((index) => Uint8Array.of(3, 0, 0, 0, 0, 0, 0, index >>> 8, index))
const key = fc.oneof(
  neighbour,
  fc.uint8Array({ minLength: 1, maxLength: 12 }),
  fc.uint8Array({ minLength: 1, maxLength: 511 }),
)
/** From nothing to more than LMDB has room for on a page. */
const part = fc.tuple(fc.nat(memory.length), fc.oneof(fc.nat(8), fc.nat(300), fc.nat(memory.length)))
const pairs = fc.array(fc.tuple(key, part), { minLength: 1, maxLength: 40 }).map(ascending)

type Pair = readonly [Uint8Array, readonly [number, number]]

function ascending(given: readonly Pair[]): Pair[] {
  const byKey = new Map(given.map((pair) => [Buffer.from(pair[0]).toString('hex'), pair]))
  return [...byKey.values()].sort(([a], [b]) => Buffer.compare(a, b))
}

function endOf([start, bytes]: readonly [number, number]): number {
  return Math.min(start + bytes, memory.length)
}

function openedRoot(): NativeRoot {
  const root = openRoot(temporaryDirectory())
  onTestFinished(() => void root.close())
  return root
}

function databaseOf(root: NativeRoot, name: string): NativeDatabase {
  const database = root.openDB({ ...binary, name, create: true })
  assert(database !== undefined)
  return database
}

function contentOf(database: NativeDatabase): readonly (readonly [string, Buffer])[] {
  return Array.from(database.getKeys(), (each) => [
    Buffer.from(each).toString('hex'),
    Buffer.from(database.getBinary(each) ?? []),
  ])
}

test("law: what a PartAppender stores is what lmdb-js's putSync() stores", () => {
  const root = openedRoot()
  const [ours, theirs] = [databaseOf(root, 'ours'), databaseOf(root, 'theirs')]
  const appender = new PartAppender(ours, memory)
  fc.assert(
    fc.property(pairs, (given) => {
      root.transactionSync(() => {
        for (const database of [ours, theirs])
          for (const each of [...database.getKeys()]) database.removeSync(each)
        for (const [under, at] of given) {
          assert.ok(appender.append(under, at[0], endOf(at)))
          assert.ok(theirs.putSync(under, Buffer.from(memory.subarray(at[0], endOf(at)))))
        }
      })
      assert.equal(contentOf(ours).length, given.length)
      assert.deepEqual(contentOf(ours), contentOf(theirs))
    }),
    propertyParameters(60),
  )
})

test('a PartAppender stores parts of a memory that begins somewhere in its buffer', () => {
  const root = openedRoot()
  const database = databaseOf(root, 'log')
  const appender = new PartAppender(database, memory.subarray(1003, 2000))
  root.transactionSync(() => appender.append(Uint8Array.of(7), 5, 25))
  assert.deepEqual(contentOf(database), [['07', memory.subarray(1008, 1028)]])
})

test('a key that is not above all others is refused, and nothing is stored', () => {
  const root = openedRoot()
  const database = databaseOf(root, 'log')
  const appender = new PartAppender(database, memory)
  root.transactionSync(() => {
    assert.equal(appender.append(Uint8Array.of(7), 0, 10), true)
    assert.equal(appender.append(Uint8Array.of(7), 0, 20), false)
    assert.equal(appender.append(Uint8Array.of(6), 0, 20), false)
    assert.equal(appender.append(Uint8Array.of(8), 0, 30), true)
  })
  assert.deepEqual(contentOf(database), [
    ['07', memory.subarray(0, 10)],
    ['08', memory.subarray(0, 30)],
  ])
})

test("an error of LMDB's is thrown with its code", () => {
  const root = openedRoot()
  const { env } = databaseOf(root, 'log')
  const notThere = { env, db: { dbi: 77 } } as NativeDatabase
  const appender = new PartAppender(notThere, memory)
  assert.throws(() => root.transactionSync(() => appender.append(Uint8Array.of(7), 0, 10)), {
    code: constants.errno.EINVAL,
  })
})

test('outside of a transaction, and when LMDB is closed, an append throws', () => {
  const root = openRoot(temporaryDirectory())
  const appender = new PartAppender(databaseOf(root, 'log'), memory)
  assert.throws(() => appender.append(Uint8Array.of(7), 0, 10), AssertionError)
  root.transactionSync(() => appender.append(Uint8Array.of(7), 0, 10))
  assert.throws(() => appender.append(Uint8Array.of(8), 0, 10), AssertionError)
  void root.close()
  assert.throws(() => appender.append(Uint8Array.of(9), 0, 10), AssertionError)
})

test.each([
  [-1, 10],
  [10, 9],
  [0, memory.length + 1],
  [Number.NaN, 10],
])('a part from %d to %d, which is none of the memory, throws', (start, end) => {
  const root = openedRoot()
  const appender = new PartAppender(databaseOf(root, 'log'), memory)
  root.transactionSync(() => {
    assert.throws(() => appender.append(Uint8Array.of(7), start, end), AssertionError)
  })
})

test.each([0, 512])('a key of %d bytes throws', (bytes) => {
  const root = openedRoot()
  const appender = new PartAppender(databaseOf(root, 'log'), memory)
  root.transactionSync(() => {
    assert.throws(() => appender.append(new Uint8Array(bytes), 0, 10), AssertionError)
  })
})
