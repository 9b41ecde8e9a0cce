/**
 * One named database of an environment: binary keys in byte order, binary values. It can be written to only inside
 * {@link LmdbEnvironment.transact}.
 */
import type { Database, Transaction as ReadTransaction } from 'lmdb'

export interface KeyRange {
  /** Inclusive. */
  readonly from: Uint8Array
  /** Exclusive. */
  readonly to: Uint8Array
}

const atTheEnd = { append: true } as const

export class LmdbDatabase {
  readonly #database: Database<Buffer, Buffer>
  readonly #asOf: { readonly transaction?: ReadTransaction }

  /** With a `transaction`, everything is read as of that. */
  constructor(database: Database<Buffer, Buffer>, transaction?: ReadTransaction) {
    this.#database = database
    this.#asOf = transaction ? { transaction } : {}
  }

  /** The value under `key`, valid until the next call: LMDB lends its own memory. */
  peek(key: Uint8Array): Uint8Array | undefined {
    // Its types do not say that it takes options.
    const database = this.#database as unknown as {
      getBinaryFast(key: Uint8Array, options: object): Buffer | undefined
    }
    return database.getBinaryFast(key, this.#asOf)
  }

  /** A copy of the value under `key`. */
  get(key: Uint8Array): Uint8Array | undefined {
    const value = this.peek(key)
    return value && new Uint8Array(value)
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#mustSucceed(this.#database.putSync(key as Buffer, value as Buffer), 'put')
  }

  /** Adds a key above all others, which LMDB need not search a place for. */
  append(key: Uint8Array, value: Uint8Array): void {
    // lmdb-js answers false, and writes nothing, when the key is not above all others.
    this.#mustSucceed(this.#database.putSync(key as Buffer, value as Buffer, atTheEnd), 'append')
  }

  /** Returns whether the key was there. */
  remove(key: Uint8Array): boolean {
    return this.#database.removeSync(key as Buffer)
  }

  /** The first `limit` keys of `range`, ascending. Copies. */
  keys(range: KeyRange, limit: number): Uint8Array[] {
    if (limit === 0) return []
    const start = range.from as Buffer
    const end = range.to as Buffer
    const bound = limit > 0xffff_ffff ? {} : { limit }
    return Array.from(
      this.#database.getKeys({ start, end, ...bound, ...this.#asOf }),
      (key) => new Uint8Array(key),
    )
  }

  /** The highest key of `range`. A copy. */
  lastKey(range: KeyRange): Uint8Array | undefined {
    // Walking down, `start` is where it begins and is included: no key of ours equals the upper bound.
    const down = this.#database.getKeys({
      start: range.to as Buffer,
      end: range.from as Buffer,
      reverse: true,
      limit: 1,
      ...this.#asOf,
    })
    for (const key of down) return new Uint8Array(key)
    return undefined
  }

  /** How many keys there are. */
  count(): number {
    return (this.#database.getStats() as { entryCount: number }).entryCount
  }

  /** lmdb-js answers with a boolean, which its types do not say. */
  #mustSucceed(done: unknown, verb: string): void {
    if (done !== true) throw new Error(`LMDB refused to ${verb} a key without saying why`)
  }
}
