/**
 * Appends entries to a database without what lmdb-js's `putSync` does anew for each of them: a closure, a copy of the key by a call, a
 * dozen properties looked up that never change. That takes 0.1 µs, a fifth of what LMDB needs for an entry of 256 bytes.
 *
 * `putSync` ends in an instruction, some bytes that lmdb-js's native half reads: what is to be done, the key, where the value lies. Here
 * one is written once, and only the key and the value change. It is no public interface: package.json names the one version of lmdb-js
 * whose instructions these are (its write.js and writer.cpp), and a test compares what is stored with what `putSync` stores.
 */
import assert, { AssertionError } from 'node:assert/strict'
import * as lmdb from 'lmdb'
import type { NativeAddon, NativeDatabase, NativeEnvironment } from './native.ts'

// Not looked up anew for each entry: of an object with so many properties that takes as long as writing the instruction.
const { getAddress, write, lmdbError } = (lmdb as unknown as { readonly nativeAddon: NativeAddon })
  .nativeAddon

/** Put (15), at the end of the database (LMDB's `MDB_APPEND`). */
const putAtTheEnd = 15 | 0x20000
/** LMDB sets one of them, or both: it came to the end of the instruction; the key is not above all others. */
const finished = 0x100_0000
const refused = 0x400_0000

/** The instruction begins with three words: what to do, in which database, how long the key is. The key follows. */
const keyOffset = 12
/** LMDB takes no longer ones. */
const keyBytesMax = 511
/** Of the longest instruction: the value's address, 8 bytes, is its end. */
const instructionBytes = 8 * (valueAt(keyBytesMax) + 1)

export class PartAppender {
  readonly #environment: NativeEnvironment
  /** Where the memory begins whose parts are appended. It is kept, for its address must stay what it is. */
  readonly #memory: Uint8Array
  readonly #memoryAddress: number
  readonly #bytes = new Uint8Array(instructionBytes)
  readonly #words = new Uint32Array(this.#bytes.buffer)
  readonly #doubles = new Float64Array(this.#bytes.buffer)
  readonly #address: number = addressOf(this.#bytes)
  /** For keys as long as the last one: see {@link valueAt}. */
  #valueAt = 0

  /** `memory` belongs to the caller, who does not give its buffer away. */
  constructor(database: NativeDatabase, memory: Uint8Array) {
    this.#environment = database.env
    this.#memory = memory
    this.#memoryAddress = addressOf(memory)
    this.#words[1] = database.db.dbi
    this.#makeRoom(keyBytesMax)
  }

  /**
   * Puts the part `[start, end)` of the memory under `key`. In a transaction. False when the key is not above all others.
   * @throws the system's error, or LMDB's, with its `code`
   */
  append(key: Uint8Array, start: number, end: number): boolean {
    const environment = this.#environment
    // LMDB would follow an address that is none.
    if (environment.writeTxn == null) throw outsideOfTransaction()
    if (!(start >= 0 && start <= end && end <= this.#memory.length)) throw outside(start, end)
    const words = this.#words
    words[0] = putAtTheEnd
    this.#setKey(key)
    words[2 * this.#valueAt - 1] = end - start
    this.#doubles[this.#valueAt] = this.#memoryAddress + start
    const code = write(environment.address, this.#address)
    const answer = words[0] ?? 0
    // Some builds of lmdb-js throw here, others only say the code: putSync takes that for success.
    if ((answer & (finished | refused)) === 0) lmdbError(code)
    return (answer & refused) === 0
  }

  #setKey(key: Uint8Array): void {
    const bytes = this.#bytes
    if (key.length !== this.#words[2]) this.#makeRoom(key.length)
    for (let at = 0; at < key.length; at++) bytes[keyOffset + at] = key[at] ?? 0
  }

  #makeRoom(keyBytes: number): void {
    assert(keyBytes > 0 && keyBytes <= keyBytesMax, `a key of ${keyBytes} bytes is none of LMDB's`)
    this.#words[2] = keyBytes
    this.#valueAt = valueAt(keyBytes)
  }
}

/** Where the value's address lies behind a key, counted in doubles. The word before it is the value's length. */
function valueAt(keyBytes: number): number {
  return (keyOffset + keyBytes + 16) >>> 3
}

function addressOf(memory: Uint8Array): number {
  return getAddress(memory.buffer) + memory.byteOffset
}

function outsideOfTransaction(): Error {
  return new AssertionError({ message: 'a database is appended to inside a transaction' })
}

function outside(start: number, end: number): Error {
  return new AssertionError({ message: `bytes ${start} to ${end} are not all in the memory` })
}
