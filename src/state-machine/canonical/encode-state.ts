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

/** Read at a time. Few: of a mapped file that is not in memory each of them waits for the disk. */
const rowsPerRead = 32
const nothingYet: Uint8Array = new Uint8Array()

/**
 * As {@link encodeState}, and the event loop has its turn every few milliseconds, however many rows a piece has. No piece is empty.
 */
export async function* encodeStateInTurns(
  ...[state, format, onFooter]: Parameters<typeof encodeState>
): AsyncGenerator<Uint8Array, void, undefined> {
  const slice = new TimeSlice()
  for (const piece of encodeState(state, format, onFooter)) {
    if (piece.length > 0) yield piece
    if (slice.isOver) await slice.next()
  }
}

/**
 * The canonical stream of `state`, which must not change meanwhile: a pin. Pieces of about 1 MiB, or one row; or of nothing, each few
 * milliseconds, so that one who asks for the next can wait before. `onFooter` is told what is in it.
 */
export function* encodeState(
  state: StateReader,
  format: StateFormat,
  onFooter: (counts: StoredCounts) => void = () => undefined,
): Generator<Uint8Array, void, undefined> {
  const tally = new Tally()
  yield encodeHeader(state.head, format)
  for (const rows of blocksOfRows(readVisible(state))) yield rows.length === 0 ? nothingYet : tally.rows(rows)
  const { membership } = state.head
  if (membership !== undefined) yield tally.block('membership', 1, payloadOfMembership(membership))
  onFooter(tally.counts)
  yield tally.footer()
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

function* readVisible(state: StateReader): Generator<Row[], void, undefined> {
  const { clock } = state.head.applied
  for (let from: Uint8Array | undefined; ; ) {
    const rows = state.rows({ from }, { rows: rowsPerRead, bytes: rowsPayloadBytesMax })
    const last = rows.at(-1)
    if (last === undefined) return
    yield rows.filter((row) => isVisible(row, clock))
    from = keyAfter(last.key)
  }
}

/** And an empty one after each reading. */
function* blocksOfRows(readings: Iterable<Row[]>): Generator<Row[], void, undefined> {
  let block: Row[] = []
  let bytes = 0
  for (const rows of readings) {
    for (const row of rows) {
      if (block.length > 0 && bytes + rowBytes(row) > rowsPayloadBytesMax) {
        yield block
        block = []
        bytes = 0
      }
      block.push(row)
      bytes += rowBytes(row)
    }
    yield []
  }
  if (block.length > 0) yield block
}

function payloadOfRows(rows: readonly Row[]): Uint8Array {
  const payload = Buffer.allocUnsafe(rows.reduce((sum, row) => sum + rowBytes(row), 0))
  rows.reduce((at, row) => writeRow(payload, at, row), 0)
  return payload
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

/** What the footer will say. */
class Tally {
  #rows = 0
  #leases = 0
  #bytes = 0
  #checksums = 0

  rows(rows: readonly Row[]): Uint8Array {
    this.#rows += rows.length
    for (const { key, value, expireAt } of rows) {
      if (expireAt !== undefined) this.#leases += 1
      this.#bytes += key.length + value.length
    }
    return this.block('rows', rows.length, payloadOfRows(rows))
  }

  block(kind: BlockKind, count: number, payload: Uint8Array): Uint8Array {
    const end = blockHeaderBytes + payload.length
    const bytes = Buffer.allocUnsafe(end + checksumBytes)
    bytes[0] = blockKinds.indexOf(kind) + 1
    writeU32(bytes, 1, count)
    writeU32(bytes, 5, payload.length)
    bytes.set(payload, blockHeaderBytes)
    writeU32(bytes, end, crc32(bytes.subarray(0, end), 0))
    this.#checksums = crc32(bytes.subarray(end), this.#checksums)
    return bytes
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
