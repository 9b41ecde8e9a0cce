/** Puts framed rows into a database, out of memory that is used again and again. */
import { encodeFrameAround, frameOverheadBytes } from '../../codec/index.ts'
import type { LmdbDatabase } from '../../lmdb/index.ts'
import type { Row } from '../core/values.ts'
import { rowRecordBytes, writeRowRecord } from './records.ts'

/** A longer row takes so long to write that memory of its own is nothing beside it. */
const sharedBytes = 64 * 1024

export class RowWriter {
  readonly #database: LmdbDatabase
  /** LMDB copies what it is given before a put returns. */
  readonly #memory = Buffer.allocUnsafeSlow(sharedBytes)

  constructor(database: LmdbDatabase) {
    this.#database = database
  }

  /** In a transaction. */
  put(row: Row): void {
    const { memory, end } = this.#frame(row)
    this.#database.putPart(row.key, memory, 0, end)
  }

  /** In a transaction. The row lies above every other. */
  append(row: Row): void {
    const { memory, end } = this.#frame(row)
    this.#database.appendPart(row.key, memory, 0, end)
  }

  #frame(row: Row): { readonly memory: Uint8Array; readonly end: number } {
    const end = frameOverheadBytes + rowRecordBytes(row)
    const memory = end <= sharedBytes ? this.#memory : Buffer.allocUnsafeSlow(end)
    writeRowRecord(memory, frameOverheadBytes, row)
    encodeFrameAround(row.key, memory, 0, end)
    return { memory, end }
  }
}
