/** A state to its canonical stream. */
import { crc32, writeU32, writeU64 } from '../../codec/index.ts'
import { TimeSlice } from '../../time-slice.ts'
import { rowBytes, writeRow } from '../core/row-codec.ts'
import {
  isVisible,
  type Membership,
  type Row,
  type StateFormat,
  type StateHead,
  type StoredCounts,
} from '../core/values.ts'
import type { StateReader } from '../medium.ts'
import {
  type BlockKind,
  blockHeaderBytes,
  blockKinds,
  checksumBytes,
  footerBytes,
  magic,
  positionBytes,
  rowsPayloadBytesMax,
} from './format.ts'

/** Read before it is asked whether that took long. Few: of a mapped file that is not in memory each of them waits for the disk. */
const rowsPerRead = 32
/** What a block begins with: a small state is not to cost as much memory as a large one. */
const firstBlockBytes = 16 * 1024
/** Of several rows. */
const rowsBlockBytesMax = blockHeaderBytes + rowsPayloadBytesMax + checksumBytes
const nothingYet: Uint8Array = new Uint8Array()

/**
 * As {@link encodeState}, and the event loop has its turn every few milliseconds, however many rows a piece has. No piece is empty, and
 * each is valid until the next is asked for.
 */
export async function* encodeStateInTurns(
  state: StateReader,
  format: StateFormat,
  onFooter?: (counts: StoredCounts) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const slice = new TimeSlice()
  for (const piece of encodeState(state, format, { onFooter, isLong: () => slice.isOver })) {
    if (piece.length > 0) yield piece
    if (slice.isOver) await slice.next()
  }
}

export interface EncodingOptions {
  /** Told what is in the stream, before its last piece. */
  readonly onFooter?: ((counts: StoredCounts) => void) | undefined
  /** Asked every few rows whether to give an empty piece. Default: always. */
  readonly isLong?: () => boolean
}

/**
 * The canonical stream of `state`, which must not change meanwhile: a pin. Pieces of about 1 MiB, or one row; or of nothing, so that
 * one who asks for the next can wait before. Each is in memory that is used again: it is valid until the next is asked for.
 */
export function* encodeState(
  state: StateReader,
  format: StateFormat,
  { onFooter, isLong = () => true }: EncodingOptions = {},
): Generator<Uint8Array, void, undefined> {
  const tally = new Tally()
  yield encodeHeader(state.head, format)
  yield* encodeRows(state, tally, isLong)
  const { membership } = state.head
  if (membership !== undefined) yield tally.block('membership', 1, payloadOfMembership(membership))
  onFooter?.(tally.counts)
  yield tally.footer()
}

function* encodeRows(
  state: StateReader,
  tally: Tally,
  isLong: () => boolean,
): Generator<Uint8Array, void, undefined> {
  const { clock } = state.head.applied
  const block = new RowBlock()
  let from: Uint8Array | undefined
  do {
    let rows = 0
    let isFull = false
    from = lendRows(state, from, (row) => {
      if (rows > 0 && rows % rowsPerRead === 0 && isLong()) return false
      rows += 1
      if (!isVisible(row, clock)) return true
      isFull = !block.add(row)
      return !isFull
    })
    if (from === undefined || isFull) {
      if (block.rows > 0) yield tally.rows(block)
      block.clear()
    }
    yield nothingYet
  } while (from !== undefined)
}

/** As `StateReader.lendRows`, whether it can or not. */
function lendRows(
  state: StateReader,
  from: Uint8Array | undefined,
  take: (row: Row) => boolean,
): Uint8Array | undefined {
  if (state.lendRows !== undefined) return state.lendRows(from, take)
  for (let next = from; ; ) {
    const rows = state.rows({ from: next }, { rows: rowsPerRead, bytes: rowsPayloadBytesMax })
    for (const row of rows) if (!take(row)) return row.key
    const last = rows.at(-1)
    if (last === undefined) return undefined
    next = keyAfter(last.key)
  }
}

export function encodeHeader({ applied }: StateHead, { clusterId, isTtlEnabled }: StateFormat): Uint8Array {
  const cluster = Buffer.from(clusterId)
  const position = new Uint8Array(positionBytes - checksumBytes)
  writeU64(position, 0, applied.index)
  writeU64(position, 8, applied.term)
  writeU64(position, 16, applied.clock)
  writeU32(position, 24, applied.chain)
  const header = Buffer.concat([
    magic,
    Uint8Array.of(isTtlEnabled ? 1 : 0, cluster.length),
    cluster,
    position,
  ])
  return Buffer.concat([header, u32(crc32(header, 0))])
}

function payloadOfMembership({ at, bytes }: Membership): Uint8Array {
  const payload = new Uint8Array(16 + bytes.length)
  writeU64(payload, 0, at.index)
  writeU64(payload, 8, at.term)
  payload.set(bytes, 16)
  return payload
}

/** The least key that sorts after `key`. */
export function keyAfter(key: Uint8Array): Uint8Array {
  const after = new Uint8Array(key.length + 1)
  after.set(key)
  return after
}

/**
 * Rows on their way into a block, as they are in it, with room around them for the rest of it. Its memory is used again: a collector
 * that is given megabytes again and again holds up the event loop for each few of them.
 */
class RowBlock {
  #memory: Uint8Array = Buffer.allocUnsafeSlow(firstBlockBytes)
  #end = blockHeaderBytes
  rows = 0
  leases = 0
  /** Of keys and values. */
  bytes = 0

  /** The whole block: header and checksum are still to be written. Valid until the next change. */
  get block(): Uint8Array {
    return this.#memory.subarray(0, this.#end + checksumBytes)
  }

  /** Returns whether there was room: for one row there always is. */
  add(row: Row): boolean {
    const end = this.#end + rowBytes(row)
    if (end > blockHeaderBytes + rowsPayloadBytesMax && this.rows > 0) return false
    if (end + checksumBytes > this.#memory.length) this.#grow(end + checksumBytes)
    this.#end = writeRow(this.#memory, this.#end, row)
    this.rows += 1
    this.bytes += row.key.length + row.value.length
    if (row.expireAt !== undefined) this.leases += 1
    return true
  }

  clear(): void {
    this.#end = blockHeaderBytes
    this.rows = 0
    this.leases = 0
    this.bytes = 0
  }

  #grow(bytes: number): void {
    const memory = Buffer.allocUnsafeSlow(
      Math.max(bytes, Math.min(2 * this.#memory.length, rowsBlockBytesMax)),
    )
    memory.set(this.#memory.subarray(0, this.#end))
    this.#memory = memory
  }
}

/** What the footer will say. */
class Tally {
  #rows = 0
  #leases = 0
  #bytes = 0
  #checksums = 0

  rows({ rows, leases, bytes, block }: RowBlock): Uint8Array {
    this.#rows += rows
    this.#leases += leases
    this.#bytes += bytes
    return this.#seal('rows', rows, block)
  }

  block(kind: BlockKind, count: number, payload: Uint8Array): Uint8Array {
    const block = new Uint8Array(blockHeaderBytes + payload.length + checksumBytes)
    block.set(payload, blockHeaderBytes)
    return this.#seal(kind, count, block)
  }

  /** Writes what goes around the payload that is in `block`. */
  #seal(kind: BlockKind, count: number, block: Uint8Array): Uint8Array {
    const end = block.length - checksumBytes
    block[0] = blockKinds.indexOf(kind) + 1
    writeU32(block, 1, count)
    writeU32(block, 5, end - blockHeaderBytes)
    writeU32(block, end, crc32(block.subarray(0, end), 0))
    this.#checksums = crc32(block.subarray(end), this.#checksums)
    return block
  }

  get counts(): StoredCounts {
    return { keys: this.#rows, leases: this.#leases, bytes: this.#bytes }
  }

  footer(): Uint8Array {
    const payload = new Uint8Array(footerBytes)
    writeU64(payload, 0, this.#rows)
    writeU64(payload, 8, this.#leases)
    writeU64(payload, 16, this.#bytes)
    writeU32(payload, 24, this.#checksums)
    return this.block('footer', 1, payload)
  }
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  writeU32(bytes, 0, value)
  return bytes
}
