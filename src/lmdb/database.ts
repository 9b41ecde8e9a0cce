/**
 * One named database of an environment: binary keys in byte order, binary values. It can be written to only inside
 * {@link LmdbEnvironment.transact}.
 */
import { AssertionError } from 'node:assert/strict'
import type { NativeDatabase, NativePart, NativeTransaction } from './native.ts'
import { PartAppender } from './part-appender.ts'
import { allKeys, type CheckedKeys } from './range-check.ts'

export interface KeyRange {
  /** Inclusive. */
  readonly from: Uint8Array
  /** Exclusive. */
  readonly to: Uint8Array
}

const atTheEnd = { append: true } as const

export interface DatabaseAccess {
  /** Everything is read as of this. Default: as it is when it is read. */
  readonly asOf?: NativeTransaction
  /** Whether a transaction is open that it may be written in. Default: never. */
  readonly isWritable?: () => boolean
  /** Checks the pages of a range of keys, where that is done as they are used. */
  readonly checkPages?: ((from: Uint8Array, to: Uint8Array) => CheckedKeys) | undefined
}

export class LmdbDatabase {
  readonly #database: NativeDatabase
  readonly #reading: { readonly transaction?: NativeTransaction }
  readonly #isWritable: () => boolean
  readonly #checkPages: DatabaseAccess['checkPages']

  constructor(database: NativeDatabase, { asOf, isWritable = () => false, checkPages }: DatabaseAccess) {
    this.#database = database
    this.#checkPages = checkPages
    this.#reading = asOf ? { transaction: asOf } : {}
    this.#isWritable = isWritable
  }

  /**
   * Checks the pages that LMDB follows for the keys from `from` to `to`, or the first of them, before it is asked to read or remove one.
   * What was checked once need not be again. Not inside a transaction. Where pages are not checked as they are used, all are returned.
   * What it returns is valid until the next call.
   * @throws {CorruptionError} one is damaged: nothing of that range may be asked for
   */
  assertPages(from: Uint8Array, to: Uint8Array): CheckedKeys {
    return this.#checkPages?.(from, to) ?? allKeys
  }

  /** The value under `key`, valid until the next call: LMDB lends its own memory. */
  peek(key: Uint8Array): Uint8Array | undefined {
    return this.#database.getBinaryFast(key, this.#reading)
  }

  /** A copy of the value under `key`. */
  get(key: Uint8Array): Uint8Array | undefined {
    // What is lent is longer than it says: only a part of it copies as what it is.
    const value = this.peek(key)
    return value && new Uint8Array(value.subarray(0, value.length))
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#assertWritable()
    if (!this.#database.putSync(key, value)) throw refusal()
  }

  /** {@link put} of the part `[start, end)` of `memory`, which belongs to the caller and is handed over by nobody else. */
  putPart(key: Uint8Array, memory: Uint8Array, start: number, end: number): void {
    this.#assertWritable()
    const part = memory as NativePart
    part.start = start
    part.end = end
    if (!this.#database.putSync(key, part)) throw refusal()
  }

  /** Adds a key above all others, which LMDB need not search a place for. False: there is one that is not below, and nothing was added. */
  append(key: Uint8Array, value: Uint8Array): boolean {
    this.#assertWritable()
    return this.#database.putSync(key, value, atTheEnd)
  }

  /** {@link append} of the part `[start, end)` of `memory`, which belongs to the caller and is handed over by nobody else. */
  appendPart(key: Uint8Array, memory: Uint8Array, start: number, end: number): boolean {
    this.#assertWritable()
    const part = memory as NativePart
    part.start = start
    part.end = end
    return this.#database.putSync(key, part, atTheEnd)
  }

  /** What does {@link appendPart} for many parts of one memory, faster. */
  appender(memory: Uint8Array): (key: Uint8Array, start: number, end: number) => boolean {
    const parts = new PartAppender(this.#database, memory)
    return (key, start, end) => {
      this.#assertWritable()
      return parts.append(key, start, end)
    }
  }

  /** Returns whether the key was there. */
  remove(key: Uint8Array): boolean {
    this.#assertWritable()
    return this.#database.removeSync(key)
  }

  /** The first `limit` keys of `range`, ascending, as `decode` has them. Default: copies. */
  keys(range: KeyRange, limit: number): Uint8Array[]
  keys<T>(range: KeyRange, limit: number, decode: (key: Uint8Array) => T): T[]
  keys(range: KeyRange, limit: number, decode: (key: Uint8Array) => unknown = copyOf): unknown[] {
    if (limit === 0) return []
    const bound = limit > 0xffff_ffff ? {} : { limit }
    const keys = this.#database.getKeys({ start: range.from, end: range.to, ...bound, ...this.#reading })
    return Array.from(keys, (key) => decode(key))
  }

  /** The keys of `range`, from the greatest down, as they are asked for. Copies. To be read to the end, or left, in one turn. */
  *keysDown(range: KeyRange): Generator<Uint8Array, void, undefined> {
    // Without an `end` lmdb-js leaves out keys that begin with a byte below 5.
    const bounds = { start: range.to, end: range.from, inclusiveEnd: true, reverse: true }
    for (const key of this.#database.getKeys({ ...bounds, ...this.#reading })) {
      if (Buffer.compare(key, range.to) < 0) yield copyOf(key)
    }
  }

  /** The keys of `range`, ascending, as they are asked for. Copies. To be read to the end, or left, in one turn. */
  *keysUp(range: KeyRange): Generator<Uint8Array, void, undefined> {
    for (const key of this.#database.getKeys({ start: range.from, end: range.to, ...this.#reading })) {
      yield copyOf(key)
    }
  }

  /**
   * Lends the keys of `range` and the values under them, ascending, until `take` refuses one: both are valid until it returns. A value
   * that is listed and not there is `undefined`. Returns a copy of the key that was refused; `undefined`: there are no more.
   */
  lend(
    range: KeyRange,
    take: (key: Uint8Array, value: Uint8Array | undefined) => boolean,
  ): Uint8Array | undefined {
    for (const key of this.#database.getKeys({ start: range.from, end: range.to, ...this.#reading })) {
      if (!take(key, this.peek(key))) return copyOf(key)
    }
    return undefined
  }

  /** The highest key of `range`. A copy. */
  lastKey(range: KeyRange): Uint8Array | undefined {
    // Walking down, `start` is where it begins and is included: no key of ours equals the upper bound.
    const down = this.#database.getKeys({
      start: range.to,
      end: range.from,
      reverse: true,
      limit: 1,
      ...this.#reading,
    })
    for (const key of down) return copyOf(key)
    return undefined
  }

  /** How many keys there are. */
  count(): number {
    return this.#database.getStats().entryCount
  }

  #assertWritable(): void {
    // Not assert(), nor a message made in advance: this is asked for every entry of a batch.
    if (!this.#isWritable()) throw outsideOfTransaction()
  }
}

function copyOf(key: Uint8Array): Uint8Array {
  return new Uint8Array(key)
}

function outsideOfTransaction(): Error {
  return new AssertionError({ message: 'a database is written to inside LmdbEnvironment.transact' })
}

function refusal(): Error {
  return new AssertionError({ message: 'LMDB refused to put a key without saying why' })
}
