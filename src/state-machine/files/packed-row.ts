/**
 * A row as one value in memory. The collector of V8 visits every object of a heap, and holds up the event loop for what it cannot do
 * beside it: a row of objects costs it about six of them, and a short one that is packed is a single string, which refers to nothing.
 *
 * u64 createIndex, u64 modIndex, u64 expireAt (0: never), value. The key is what it is stored under.
 */
import { readU64, writeU64 } from '../../codec/index.ts'
import { keyBytesMax } from '../core/limits.ts'
import { bytesOfText, type Row } from '../core/values.ts'

const at = { createIndex: 0, modIndex: 8, expireAt: 16, value: 24 } as const

/**
 * A longer value is kept outside of V8's heap, whose size is limited and whose objects are moved about; rows of such values are few for
 * their bytes.
 */
const textValueBytesMax = 512

const textBytesMax = at.value + textValueBytesMax

/** Where a text becomes bytes, and bytes a text. */
class TextMemory {
  readonly bytes: Uint8Array
  readonly #buffer: Buffer

  constructor(size: number) {
    this.#buffer = Buffer.allocUnsafeSlow(size)
    // Views of this one take half as long as those of a Buffer, and a copy of a part is no Buffer either.
    this.bytes = new Uint8Array(this.#buffer.buffer)
  }

  /** The first `size` bytes. */
  text(size: number): string {
    return this.#buffer.toString('latin1', 0, size)
  }

  /** All of the memory, which begins with `text` and is valid until the next. */
  open(text: string): Uint8Array {
    this.#buffer.write(text, 'latin1')
    return this.bytes
  }
}

/** Each used by one direction, and for nothing that goes on after a call. */
const packing = new TextMemory(textBytesMax)
const unpacking = new TextMemory(textBytesMax)

/** As a string each character stands for a byte. Never changed. */
export type PackedRow = string | Uint8Array

/** Copies what it keeps of `row`. */
export function packRow(row: Row): PackedRow {
  const size = at.value + row.value.length
  const isText = row.value.length <= textValueBytesMax
  const bytes = isText ? packing.bytes : new Uint8Array(size)
  writeU64(bytes, at.createIndex, row.createIndex)
  writeU64(bytes, at.modIndex, row.modIndex)
  writeU64(bytes, at.expireAt, row.expireAt ?? 0)
  bytes.set(row.value, at.value)
  return isText ? packing.text(size) : bytes
}

/** The row under `key`, whose text is `text`, of bytes of its own. */
export function unpackRow(text: string, packed: PackedRow, key: Uint8Array = bytesOfText(text)): Row {
  const bytes = openPacked(packed, unpacking)
  return rowOf(key, bytes, bytes.slice(at.value, packed.length))
}

/** Gives rows whose bytes are valid until it gives the next. */
export class RowLender {
  readonly #keyMemory = new TextMemory(keyBytesMax)
  readonly #memory = new TextMemory(textBytesMax)

  lend(text: string, packed: PackedRow): Row {
    const bytes = openPacked(packed, this.#memory)
    const key = this.#keyMemory.open(text).subarray(0, text.length)
    return rowOf(key, bytes, bytes.subarray(at.value, packed.length))
  }
}

export function expireAtOf(packed: PackedRow): number | undefined {
  return readExpiry(openPacked(packed, unpacking))
}

export function valueBytesOf(packed: PackedRow): number {
  return packed.length - at.value
}

/** Its bytes, and others behind them: in `memory`, if they are not bytes already. */
function openPacked(packed: PackedRow, memory: TextMemory): Uint8Array {
  return typeof packed === 'string' ? memory.open(packed) : packed
}

function rowOf(key: Uint8Array, bytes: Uint8Array, value: Uint8Array): Row {
  return {
    key,
    value,
    createIndex: readU64(bytes, at.createIndex),
    modIndex: readU64(bytes, at.modIndex),
    expireAt: readExpiry(bytes),
  }
}

function readExpiry(bytes: Uint8Array): number | undefined {
  const expireAt = readU64(bytes, at.expireAt)
  return expireAt === 0 ? undefined : expireAt
}
