/**
 * Is what LMDB will follow in a data file sound? Asked before LMDB maps it: LMDB trusts its own pages, and where one of them is
 * damaged it may read wild memory, walk in circles, write over pages that are in use, or end the process.
 *
 * The check `tree` reads every page of every tree once. When it returns, each page is where it should be and used once, keys are
 * in order, counts are right, and no free page is in use. Values are not read: they carry checksums of their own, which are
 * checked when they are read. The check `meta` reads the meta pages and the root of each tree, whatever their size.
 *
 * Assumes what `data-file.ts` assumes, and trees as Holdfast makes them: keys in byte order, one value each.
 */
import { CorruptionError } from '../errors.ts'
import {
  type DataFile,
  type Meta,
  type MetaPair,
  metaPages,
  nodeFlags,
  noPage,
  PageSet,
  pageFlags,
  pageHeaderBytes,
  readFully,
  treeRecordBytes,
  withDataFile,
} from './data-file.ts'
import { markerKey } from './marker-key.ts'
import { TreePage } from './page.ts'

/**
 * How much of a data file is checked before LMDB maps it. `off`: its size alone. `meta`, the default: its meta pages, and the root of each
 * tree; takes the same time whatever is in it. `tree`: every page of every tree, which takes time with their number. `auto`:
 * `tree` up to {@link autoTreePagesMax} pages, where that takes a few milliseconds, and `meta` beyond.
 */
export type FileCheck = (typeof fileChecks)[number]

export const fileChecks = ['off', 'meta', 'tree', 'auto'] as const

/** Of a file of so many pages, 1 MiB where they have 4 KiB, `auto` reads every tree. Free pages count. */
export const autoTreePagesMax = 256

/** `MDB_db`, as far as it is checked. */
interface TreeRecord {
  readonly flags: number
  readonly depth: number
  readonly branchPages: bigint
  readonly leafPages: bigint
  readonly overflowPages: bigint
  readonly entries: bigint
  readonly root: bigint
}

/** LMDB's own limit of the height of a tree. */
const depthMax = 32
const freeFlags = 0x08

/**
 * Throws unless the LMDB data file at `path` is all there, and sound as far as `check` goes. A file that is not there is fine.
 * `isInDoubt`: an owner noted that a commit had failed, so that the trace of one may be in the meta pages.
 * @throws {CorruptionError} it is not: do not let LMDB open it; rebuild from peers
 * @throws {FormatVersionError} another version of LMDB wrote it
 * @throws errors of the file system as they are (`EACCES`, `EIO`)
 */
export function assertDataFileIsSound(path: string, check: FileCheck, isInDoubt: boolean): void {
  withDataFile(path, (file, metas) => {
    if (check === 'off') return
    const isSmall = metas.newest.pageCount <= autoTreePagesMax
    const trees = new TreeCheck(file, metas.newest, check === 'tree' || (check === 'auto' && isSmall))
    // Of what another program made nothing is assumed: it is refused when it is open.
    if (!trees.isOurs()) return
    trees.checkMetas(metas, isInDoubt)
    trees.checkMain()
    trees.checkFree()
  })
}

class TreeCheck {
  readonly #file: DataFile
  readonly #meta: Meta
  readonly #isWhole: boolean
  readonly #used = new PageSet()
  /** One for each level, so that a parent stays while its children are read. */
  readonly #pages: TreePage[] = []

  constructor(file: DataFile, meta: Meta, isWhole: boolean) {
    this.#file = file
    this.#meta = meta
    this.#isWhole = isWhole
  }

  /** Whether the marker is in the root of the main tree, or may be below it. */
  isOurs(): boolean {
    const { root } = recordOf(this.#meta.records[1])
    if (root === noPage) return false
    const page = this.#read(root, 0)
    this.#used.remove(Number(root))
    if (!page.isLeaf) return true
    const keys = Array.from({ length: page.nodeCount }, (_, at) =>
      page.bytes.subarray(page.keyStart(at), page.keyEnd(at)),
    )
    return keys.some((key) => markerKey.equals(key))
  }

  /**
   * Every commit writes a new root of the main tree, so its transaction tells which commit a meta page is really of. Without
   * this, one bit in a transaction number would take the store back by a commit.
   */
  checkMetas({ newest, other }: MetaPair, isInDoubt: boolean): void {
    const { pageCount, pageSize, mapBytes } = newest
    if (BigInt(pageCount) * BigInt(pageSize) > mapBytes)
      throw this.#damaged(
        `its newest meta page says ${pageCount} pages, which no map of ${mapBytes} bytes has`,
      )
    const root = this.#rootTransaction(newest)
    // A compact copy that nobody has written to: its pages say transaction 1, and its other meta page has no tree.
    const isCopy = root === 1n && recordOf(other.records[1]).root === noPage
    if (root !== undefined && root !== newest.transaction && !isCopy)
      throw this.#damaged(
        `its newest meta page says transaction ${newest.transaction}, and the main tree ${root}`,
      )
    const later = this.#rootTransaction(other)
    // LMDB takes the number back when the write of a meta page fails, and nothing else of it.
    if (later !== undefined && later > newest.transaction && !isInDoubt)
      throw this.#damaged(`its meta page of transaction ${other.transaction} leads to transaction ${later}`)
  }

  checkMain(): void {
    const main = recordOf(this.#meta.records[1])
    const named: TreeRecord[] = []
    this.#walk(main, 'the main tree', (page, position) => {
      if (page.nodeFlags(position) !== nodeFlags.subData) return
      const value = page.keyEnd(position)
      if (page.valueBytes(position) !== treeRecordBytes)
        throw this.#damaged('a database has a record of another size')
      named.push(recordOf(page.bytes.subarray(value, value + treeRecordBytes)))
    })
    for (const record of named) this.#walk(record, 'a database')
  }

  checkFree(): void {
    const record = recordOf(this.#meta.records[0])
    const lists: Buffer[] = []
    this.#walk({ ...record, flags: record.flags ^ freeFlags }, 'the free list', (page, position) => {
      if (this.#isWhole) lists.push(this.#valueOf(page, position))
    })
    for (const list of lists) this.#takeFree(list)
  }

  /** Of the root of its main tree; `undefined`: there is none that can be read. */
  #rootTransaction({ records }: Meta): bigint | undefined {
    const { root } = recordOf(records[1])
    const { pageSize } = this.#meta
    if (root < BigInt(metaPages) || (Number(root) + 1) * pageSize > this.#file.bytes) return undefined
    const page = this.#pageAt(0)
    readFully(this.#file, page.bytes, Number(root) * pageSize)
    return page.bytes.readBigUInt64LE(0) === root ? page.transaction : undefined
  }

  #walk(record: TreeRecord, what: string, onValue?: (page: TreePage, position: number) => void): void {
    if (record.flags !== 0)
      throw this.#damaged(`${what} has the flags ${record.flags}, which no tree of Holdfast has`)
    if (record.root === noPage) {
      if (record.depth !== 0 || record.entries !== 0n) throw this.#damaged(`${what} has entries and no root`)
      return
    }
    if (record.depth < 1 || record.depth > depthMax)
      throw this.#damaged(`${what} has a height of ${record.depth}`)
    const walk = new Walk(record, what, onValue)
    this.#visit(walk, record.root, 1)
    if (!this.#isWhole) return
    const { branchPages, leafPages, overflowPages, entries } = record
    const isCounted =
      BigInt(walk.branchPages) === branchPages &&
      BigInt(walk.leafPages) === leafPages &&
      BigInt(walk.overflowPages) === overflowPages &&
      BigInt(walk.entries) === entries
    if (!isCounted) throw this.#damaged(`${what} does not hold as many pages and entries as are counted`)
  }

  #visit(walk: Walk, number: bigint, depth: number): void {
    const page = this.#read(number, depth)
    if (page.isLeaf !== (depth === walk.record.depth))
      throw this.#damaged(
        `page ${number} is a ${page.isLeaf ? 'leaf' : 'branch'} at the wrong height of ${walk.what}`,
      )
    if (page.isLeaf) this.#takeLeaf(walk, page, number)
    else this.#takeBranch(walk, page, number, depth)
  }

  #takeBranch(walk: Walk, page: TreePage, number: bigint, depth: number): void {
    walk.branchPages += 1
    if (!this.#isWhole) return
    for (let position = 0; position < page.nodeCount; position++) {
      // The key of the first child is not looked at: it is that of this page itself.
      if (position > 0 && !walk.ascends(page, position, false))
        throw this.#damaged(`page ${number} of ${walk.what} has keys that are not in order`)
      this.#visit(walk, BigInt(page.child(position)), depth + 1)
    }
  }

  #takeLeaf(walk: Walk, page: TreePage, number: bigint): void {
    walk.leafPages += 1
    walk.entries += page.nodeCount
    for (let position = 0; position < page.nodeCount; position++) {
      if (this.#isWhole && !walk.ascends(page, position, true))
        throw this.#damaged(`page ${number} of ${walk.what} has keys that are not in order`)
      this.#takeNode(walk, page, position)
      walk.onValue?.(page, position)
    }
  }

  #takeNode(walk: Walk, page: TreePage, position: number): void {
    const flags = page.nodeFlags(position)
    const isKnown = flags === 0 || flags === nodeFlags.bigData || (flags === nodeFlags.subData && walk.isMain)
    if (!isKnown) throw this.#damaged(`a node of ${walk.what} has the flags ${flags}`)
    if (flags === nodeFlags.bigData && this.#isWhole) walk.overflowPages += this.#takeOverflow(page, position)
  }

  /** Returns how many pages the value has. */
  #takeOverflow(page: TreePage, position: number): number {
    const record = page.keyEnd(position)
    const first = page.bytes.readBigUInt64LE(record)
    const count = Math.ceil((pageHeaderBytes + page.valueBytes(position)) / this.#meta.pageSize)
    if (page.bytes.readBigUInt64LE(record + 16) !== BigInt(count))
      throw this.#damaged(`the value on page ${first} has another number of pages than its size takes`)
    for (let at = 0; at < count; at++) this.#use(first + BigInt(at))
    const head = Buffer.alloc(pageHeaderBytes)
    readFully(this.#file, head, Number(first) * this.#meta.pageSize)
    const isHead = head.readBigUInt64LE(0) === first && head.readUInt16LE(18) === pageFlags.overflow
    if (!isHead || head.readUInt32LE(20) !== count || head.readBigUInt64LE(8) > this.#meta.transaction)
      throw this.#damaged(`page ${first} is not the first of the ${count} of a value`)
    return count
  }

  #valueOf(page: TreePage, position: number): Buffer {
    const start = page.keyEnd(position)
    const bytes = page.valueBytes(position)
    if (page.nodeFlags(position) !== nodeFlags.bigData)
      return Buffer.from(page.bytes.subarray(start, start + bytes))
    const value = Buffer.alloc(bytes)
    const first = Number(page.bytes.readBigUInt64LE(start))
    readFully(this.#file, value, first * this.#meta.pageSize + pageHeaderBytes)
    return value
  }

  /** A count, then page numbers; one below zero says how many pages begin at the next, and zero is a place that is not used. */
  #takeFree(list: Buffer): void {
    const count = list.length < 8 ? -1n : list.readBigInt64LE(0)
    if (count < 0n || count > BigInt(list.length / 8 - 1))
      throw this.#damaged('a list of free pages is longer than its record')
    let run = 1n
    for (let at = 1; at <= Number(count); at++) {
      const entry = list.readBigInt64LE(at * 8)
      if (entry === 0n) continue
      if (entry < 0n) {
        if (-entry > BigInt(this.#meta.pageCount) || run !== 1n)
          throw this.#damaged('a list of free pages makes no sense')
        run = -entry
        continue
      }
      for (let page = entry; page < entry + run; page++) this.#use(page)
      run = 1n
    }
  }

  #read(number: bigint, depth: number): TreePage {
    this.#use(number)
    const page = this.#pageAt(depth)
    readFully(this.#file, page.bytes, Number(number) * this.#meta.pageSize)
    const defect = page.defect({ number: Number(number), transaction: this.#meta.transaction })
    if (defect !== undefined) throw this.#damaged(`page ${number} ${defect}`)
    return page
  }

  #pageAt(depth: number): TreePage {
    const page = this.#pages[depth] ?? new TreePage(this.#meta.pageSize)
    this.#pages[depth] = page
    return page
  }

  /** A page belongs to one place; that is also why the check ends whatever the bytes are. */
  #use(number: bigint): void {
    if (number < BigInt(metaPages) || number >= BigInt(this.#meta.pageCount))
      throw this.#damaged(`page ${number} is used, and there are ${this.#meta.pageCount}`)
    if (this.#used.has(Number(number))) throw this.#damaged(`page ${number} is in use twice`)
    this.#used.add(Number(number))
  }

  #damaged(what: string): CorruptionError {
    return new CorruptionError(
      { log: this.#file.path, actualBytes: this.#file.bytes },
      `its data file is damaged: ${what}`,
    )
  }
}

/** What is known while one tree is walked, from its lowest key to its highest. */
class Walk {
  readonly record: TreeRecord
  readonly what: string
  readonly onValue: ((page: TreePage, position: number) => void) | undefined
  branchPages = 0
  leafPages = 0
  overflowPages = 0
  entries = 0
  /** The highest key so far, and whether one like it may still come: the lowest of a child is that of its branch. */
  readonly #key: Buffer = Buffer.alloc(2048)
  #keyBytes = -1
  #mayRepeat = false

  constructor(record: TreeRecord, what: string, onValue?: Walk['onValue']) {
    this.record = record
    this.what = what
    this.onValue = onValue
  }

  get isMain(): boolean {
    return this.what === 'the main tree'
  }

  ascends(page: TreePage, position: number, isEntry: boolean): boolean {
    const start = page.keyStart(position)
    const end = page.keyEnd(position)
    const order = this.#keyBytes < 0 ? 1 : this.#compare(page.bytes, start, end)
    const isHigher = order > 0 || (order === 0 && this.#mayRepeat && isEntry)
    page.bytes.copy(this.#key, 0, start, end)
    this.#keyBytes = end - start
    this.#mayRepeat = !isEntry
    return isHigher
  }

  #compare(bytes: Buffer, start: number, end: number): number {
    if (this.what !== 'the free list') return bytes.compare(this.#key, 0, this.#keyBytes, start, end)
    // Its keys are numbers, as the machine has them.
    if (end - start !== 8) return -1
    const order = bytes.readBigUInt64LE(start) - this.#key.readBigUInt64LE(0)
    return order > 0n ? 1 : order < 0n ? -1 : 0
  }
}

function recordOf(bytes: Buffer): TreeRecord {
  return {
    flags: bytes.readUInt16LE(4),
    depth: bytes.readUInt16LE(6),
    branchPages: bytes.readBigUInt64LE(8),
    leafPages: bytes.readBigUInt64LE(16),
    overflowPages: bytes.readBigUInt64LE(24),
    entries: bytes.readBigUInt64LE(32),
    root: bytes.readBigUInt64LE(40),
  }
}
