/** Puts framed rows into a database, out of memory that is used again and again. */
import { strict as assert } from 'node:assert'
import { checksumOfKey, encodeFrameAround, FrameBatch, frameOverheadBytes } from '../../codec/index.ts'
import type { LmdbDatabase } from '../../lmdb/index.ts'
import type { Row } from '../core/values.ts'
import { rowRecordBytes, writeRowRecord } from './records.ts'

/** A longer row takes so long to write that memory of its own is nothing beside it. */
const sharedBytes = 64 * 1024

export class RowWriter {
  readonly #database: LmdbDatabase
  /** LMDB copies what it is given before a put returns. */
  readonly #memory = Buffer.allocUnsafeSlow(sharedBytes)

  /** Rows that wait, and their keys. */
  readonly #frames = new FrameBatch()
  readonly #keys: Uint8Array[] = []

  constructor(database: LmdbDatabase) {
    this.#database = database
  }

  /** In a transaction. */
  put(row: Row): void {
    const { memory, end } = this.#frame(row)
    this.#database.putPart(row.key, memory, 0, end)
  }

  /** In a transaction, whose {@link flush} stores it at the latest. Until then nobody finds it. */
  putSoon(row: Row): void {
    if (this.#take(row)) return
    this.flush()
    // One that is too long for a batch.
    if (!this.#take(row)) this.put(row)
  }

  /** In the same transaction. */
  flush(): void {
    const { bytes } = this.#frames
    this.#frames.seal()
    for (const [at, key] of this.#keys.entries()) {
      this.#database.putPart(key, bytes, this.#frames.startOf(at), this.#frames.endOf(at))
    }
    this.forget()
  }

  /** Rows of a transaction that was given up are not those of the next. */
  forget(): void {
    this.#frames.clear()
    this.#keys.length = 0
  }

  /** In a transaction. The row lies above every other. */
  append(row: Row): void {
    const { memory, end } = this.#frame(row)
    assert(this.#database.appendPart(row.key, memory, 0, end), 'rows are appended in the order of their keys')
  }

  /** Returns whether there was room. */
  #take(row: Row): boolean {
    const at = this.#frames.reserve(checksumOfKey(row.key), rowRecordBytes(row))
    if (at === undefined) return false
    writeRowRecord(this.#frames.bytes, at, row)
    this.#keys.push(row.key)
    return true
  }

  #frame(row: Row): { readonly memory: Uint8Array; readonly end: number } {
    const end = frameOverheadBytes + rowRecordBytes(row)
    const memory = end <= sharedBytes ? this.#memory : Buffer.allocUnsafeSlow(end)
    writeRowRecord(memory, frameOverheadBytes, row)
    encodeFrameAround(row.key, memory, 0, end)
    return { memory, end }
  }
}
