/**
 * One page of a tree, as LMDB will trust it: nothing that it follows in the page may lead out of it, or twice to one place.
 * Facts are from `mdb.c` of lmdb-js 3.5.6.
 */
import { nodeFlags, nodeHeaderBytes, overflowRecordBytes, pageHeaderBytes } from './data-file.ts'

const branchFlag = 0x01
const leafFlag = 0x02
const keyBytesMax = 1978
/** Of two keys, that are compared here: a call to native code takes as long as a hundred of them. */
const bytesBeforeCall = 32

/** Bytes of the node that begins at an offset, for a moment and of one page at a time. 0: none does. By the size of pages. */
const sizes = new Map<number, Uint32Array>()

function sizesFor(pageSize: number): Uint32Array {
  const known = sizes.get(pageSize) ?? new Uint32Array(pageSize / 2 + 1)
  sizes.set(pageSize, known)
  return known
}

export interface PageFacts {
  readonly number: number
  /** Of the newest snapshot: no page of it is newer. */
  readonly transaction: bigint
}

/** Looks at one page after the other, in memory of its own or in what it is given. */
export class TreePage {
  /** Of the page's size. */
  bytes: Buffer
  /** Offsets of the nodes, by their position. */
  readonly #offsets: Uint16Array
  readonly #sizes: Uint32Array
  nodeCount = 0
  isLeaf = false

  constructor(pageSize: number) {
    this.bytes = Buffer.alloc(pageSize)
    this.#offsets = new Uint16Array(pageSize / 2)
    this.#sizes = sizesFor(pageSize)
  }

  get transaction(): bigint {
    return this.bytes.readBigUInt64LE(8)
  }

  /** What is wrong with the bytes that were read, in words that fit after "page 7"; `undefined`: nothing. */
  defect({ number, transaction }: PageFacts): string | undefined {
    const { bytes } = this
    if (bytes.readBigUInt64LE(0) !== BigInt(number)) return 'has another page number'
    if (this.transaction > transaction) return `is of transaction ${this.transaction}, which is yet to come`
    const flags = bytes.readUInt16LE(18)
    if (flags !== branchFlag && flags !== leafFlag) return 'is not a tree page'
    this.isLeaf = flags === leafFlag
    const lower = bytes.readUInt16LE(20)
    const upper = bytes.readUInt16LE(22)
    if ((lower & 1) !== 0 || (upper & 1) !== 0 || lower > upper || upper > bytes.length - pageHeaderBytes)
      return 'has its free space where it cannot be'
    this.nodeCount = lower / 2
    if (!this.isLeaf && this.nodeCount < 2) return 'is a branch with fewer than two children'
    return this.#nodesDefect(upper)
  }

  /** In the page's own memory. */
  key(position: number): Buffer {
    return this.bytes.subarray(this.keyStart(position), this.keyEnd(position))
  }

  /** Of a branch: which of its children LMDB looks for `key` in. */
  childFor(key: Uint8Array): number {
    let low = 0
    let high = this.nodeCount - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (this.compareKey(middle, key) <= 0) low = middle
      else high = middle - 1
    }
    return low
  }

  /** Below zero where the key at `position` is below `key`, and above where it is above. */
  compareKey(position: number, key: Uint8Array): number {
    return this.bytes.compare(key, 0, key.length, this.keyStart(position), this.keyEnd(position))
  }

  /** Whether each key from the one at `from` on is above the one before it. */
  isAscending(from: number): boolean {
    let start = this.keyStart(from)
    let end = this.keyEnd(from)
    for (let at = from + 1; at < this.nodeCount; at++) {
      const nextStart = this.keyStart(at)
      const nextEnd = this.keyEnd(at)
      if (!this.#isBelow(start, end, nextStart, nextEnd)) return false
      start = nextStart
      end = nextEnd
    }
    return true
  }

  /** Whether the bytes of `[start, end)` sort before those of `[otherStart, otherEnd)`. */
  #isBelow(start: number, end: number, otherStart: number, otherEnd: number): boolean {
    const { bytes } = this
    const count = Math.min(bytesBeforeCall, end - start, otherEnd - otherStart)
    for (let at = 0; at < count; at++) {
      const difference = (bytes[start + at] ?? 0) - (bytes[otherStart + at] ?? 0)
      if (difference !== 0) return difference < 0
    }
    return bytes.compare(bytes, otherStart, otherEnd, start, end) < 0
  }

  keyStart(position: number): number {
    return this.#offset(position) + nodeHeaderBytes
  }

  keyEnd(position: number): number {
    return this.keyStart(position) + this.#keyBytes(position)
  }

  /** Of a branch. */
  child(position: number): number {
    return this.bytes.readUIntLE(this.#offset(position), 6)
  }

  nodeFlags(position: number): number {
    return this.bytes.readUInt16LE(this.#offset(position) + 4)
  }

  /** Bytes of the value, wherever it is. */
  valueBytes(position: number): number {
    return this.bytes.readUInt32LE(this.#offset(position))
  }

  #offset(position: number): number {
    return this.#offsets[position] ?? 0
  }

  #keyBytes(position: number): number {
    return this.bytes.readUInt16LE(this.#offset(position) + 6)
  }

  /** Nodes fill the end of the page without gaps, in any order. */
  #nodesDefect(upper: number): string | undefined {
    const { bytes } = this
    const begin = pageHeaderBytes + upper
    let defect: string | undefined
    for (let position = 0; position < this.nodeCount && defect === undefined; position++) {
      const offset = pageHeaderBytes + bytes.readUInt16LE(pageHeaderBytes + position * 2)
      this.#offsets[position] = offset
      defect = this.#nodeDefect(position, begin)
      if (defect === undefined) this.#sizes[offset / 2] = this.#nodeBytes(position)
    }
    let at = begin
    let count = 0
    for (let size = this.#sizes[at / 2] ?? 0; size > 0; size = this.#sizes[at / 2] ?? 0) {
      this.#sizes[at / 2] = 0
      at += size
      count += 1
    }
    if (defect === undefined && at === bytes.length && count === this.nodeCount) return undefined
    this.#sizes.fill(0)
    return defect ?? 'has nodes that overlap, or a gap between them'
  }

  #nodeDefect(position: number, begin: number): string | undefined {
    const offset = this.#offset(position)
    if ((offset & 1) !== 0 || offset < begin || offset + nodeHeaderBytes > this.bytes.length)
      return 'has a node where none can be'
    const keyBytes = this.#keyBytes(position)
    if (keyBytes > keyBytesMax || (keyBytes === 0 && (this.isLeaf || position > 0)))
      return `has a key of ${keyBytes} bytes`
    if (offset + this.#nodeBytes(position) > this.bytes.length) return 'has a node beyond its end'
    return undefined
  }

  /** Nodes begin at even offsets. */
  #nodeBytes(position: number): number {
    let bytes = nodeHeaderBytes + this.#keyBytes(position)
    if (this.isLeaf) {
      const isElsewhere = (this.nodeFlags(position) & nodeFlags.bigData) !== 0
      bytes += isElsewhere ? overflowRecordBytes : this.valueBytes(position)
    }
    return bytes + (bytes & 1)
  }
}
