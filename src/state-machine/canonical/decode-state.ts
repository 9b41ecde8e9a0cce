/** A canonical stream back to a state: every byte of it is checked. */
import { crc32, readU32, readU64 } from '../../codec/index.ts'
import { keyBytesMax } from '../core/limits.ts'
import { openRow } from '../core/row-codec.ts'
import type { AppliedState, Membership, Row, StateFormat, StoredCounts } from '../core/values.ts'
import {
  blockHeaderBytes,
  blockKinds,
  checksumBytes,
  magic,
  payloadBytesMax,
  positionBytes,
} from './format.ts'

/** What a stream holds, in the order in which it comes. */
export type StatePart =
  | { readonly kind: 'header'; readonly applied: AppliedState; readonly format: StateFormat }
  /** Their bytes are valid until the next part is asked for: who keeps one for longer makes a copy. */
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }
  | { readonly kind: 'membership'; readonly membership: Membership }
  /** The last, and only here it is known that the stream is whole. */
  | { readonly kind: 'footer'; readonly counts: StoredCounts }

/** What is wrong with a stream. Who knows which one it is says so to the caller. */
export class StreamDefectError extends Error {
  override readonly name = 'StreamDefectError'
  readonly kind: 'corrupt' | 'incomplete' | 'version'

  constructor(kind: 'corrupt' | 'incomplete' | 'version', what: string) {
    super(what)
    this.kind = kind
  }
}

/**
 * The parts of the canonical stream that comes in `chunks`, cut anywhere, each of which needs to stay as it is until the next is asked
 * for. Holds one block in memory. Nothing of it may be put in use before the footer came.
 * @throws {StreamDefectError}
 */
export async function* decodeState(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<StatePart, void, undefined> {
  const reader = new ChunkReader(chunks)
  yield await readHeader(reader)
  const check = new StreamCheck()
  for (;;) {
    const part = check.part(await readBlock(reader))
    yield part
    if (part.kind === 'footer') break
  }
  if (!(await reader.isAtEnd())) throw corrupt('bytes after its footer')
}

async function readHeader(reader: ChunkReader): Promise<StatePart> {
  const fixed = await reader.take(magic.length + 2)
  const found = fixed.subarray(0, magic.length)
  if (Buffer.compare(found.subarray(0, -1), magic.subarray(0, -1)) !== 0)
    throw corrupt('no state at its beginning')
  if (found.at(-1) !== magic.at(-1)) throw new StreamDefectError('version', `format version ${found.at(-1)}`)
  const [isTtlEnabled, clusterBytes, checksum] = [fixed.at(-2) === 1, fixed.at(-1) ?? 0, crc32(fixed, 0)]
  const rest = await reader.take(clusterBytes + positionBytes)
  const end = rest.length - checksumBytes
  if (readU32(rest, end) !== crc32(rest.subarray(0, end), checksum)) throw corrupt('a damaged header')
  const at = end - positionBytes + checksumBytes
  const applied = {
    index: readU64(rest, at),
    term: readU64(rest, at + 8),
    clock: readU64(rest, at + 16),
    chain: readU32(rest, at + 24),
  }
  const format = { clusterId: Buffer.from(rest.subarray(0, at)).toString(), isTtlEnabled }
  return { kind: 'header', applied: Object.freeze(applied), format }
}

interface Block {
  readonly kind: (typeof blockKinds)[number]
  readonly count: number
  readonly payload: Uint8Array
  readonly checksum: Uint8Array
}

async function readBlock(reader: ChunkReader): Promise<Block> {
  const header = await reader.take(blockHeaderBytes)
  const [count, length, checksum] = [readU32(header, 1), readU32(header, 5), crc32(header, 0)]
  const kind = blockKinds[(header[0] ?? 0) - 1]
  if (kind === undefined || length > payloadBytesMax) throw corrupt('a damaged block')
  const body = await reader.take(length + checksumBytes)
  const payload = body.subarray(0, length)
  if (readU32(body, length) !== crc32(payload, checksum)) throw corrupt('a damaged block')
  return { kind, count, payload, checksum: body.subarray(length) }
}

/** What must hold from one block to the next. */
class StreamCheck {
  #rows = 0
  #leases = 0
  #bytes = 0
  #checksums = 0
  #lastKey: Uint8Array | undefined
  #hasMembership = false

  part(block: Block): StatePart {
    const part = this.#parse(block)
    this.#checksums = crc32(block.checksum, this.#checksums)
    return part
  }

  #parse({ kind, count, payload }: Block): StatePart {
    switch (kind) {
      case 'rows':
        return { kind, rows: this.#rowsOf(payload, count) }
      case 'membership': {
        if (this.#hasMembership || payload.length < 16) throw corrupt('a second membership, or half of one')
        this.#hasMembership = true
        const at = { index: readU64(payload, 0), term: readU64(payload, 8) }
        return { kind, membership: Object.freeze({ at, bytes: new Uint8Array(payload.subarray(16)) }) }
      }
      case 'footer':
        return { kind, counts: this.#countsOf(payload) }
      default:
        return kind satisfies never
    }
  }

  #rowsOf(payload: Uint8Array, count: number): Row[] {
    const rows: Row[] = []
    for (let at = 0; at < payload.length; ) {
      const found = openRow(payload, at)
      if (found === undefined) throw corrupt('a row that is cut short')
      this.#take(found.row)
      rows.push(found.row)
      at = found.to
    }
    if (rows.length !== count) throw corrupt(`a block of ${rows.length} rows that says ${count}`)
    // The block is gone when the next one comes.
    this.#lastKey &&= new Uint8Array(this.#lastKey)
    return rows
  }

  #take({ key, value, expireAt }: Row): void {
    const last = this.#lastKey
    const isInOrder = last === undefined || Buffer.compare(last, key) < 0
    if (!isInOrder || this.#hasMembership || key.length === 0 || key.length > keyBytesMax) {
      throw corrupt('rows out of order')
    }
    this.#lastKey = key
    this.#rows += 1
    this.#bytes += key.length + value.length
    if (expireAt !== undefined) this.#leases += 1
  }

  #countsOf(payload: Uint8Array): StoredCounts {
    const counts = { keys: readU64(payload, 0), leases: readU64(payload, 8), bytes: readU64(payload, 16) }
    const isRight =
      counts.keys === this.#rows &&
      counts.leases === this.#leases &&
      counts.bytes === this.#bytes &&
      readU32(payload, 24) === this.#checksums
    if (!isRight) throw corrupt('a footer that is of another stream')
    return counts
  }
}

/** Takes pieces of any length out of chunks of any length. */
class ChunkReader {
  readonly #chunks: AsyncIterator<Uint8Array>
  /** What is left of the last one. */
  #rest: Uint8Array = new Uint8Array()
  /** Each piece is copied into it: memory of its own for each of them would be the collector's work. */
  #memory: Uint8Array = new Uint8Array()

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** Valid until the next is taken. */
  async take(count: number): Promise<Uint8Array> {
    if (count > this.#memory.length) this.#memory = Buffer.allocUnsafeSlow(count)
    for (let filled = 0; filled < count; ) {
      if (await this.isAtEnd()) throw new StreamDefectError('incomplete', 'an early end')
      const part = this.#rest.subarray(0, count - filled)
      this.#memory.set(part, filled)
      this.#rest = this.#rest.subarray(part.length)
      filled += part.length
    }
    return this.#memory.subarray(0, count)
  }

  async isAtEnd(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const { value, done } = await this.#chunks.next()
      if (done === true) return true
      this.#rest = value
    }
    return false
  }
}

function corrupt(what: string): StreamDefectError {
  return new StreamDefectError('corrupt', what)
}
