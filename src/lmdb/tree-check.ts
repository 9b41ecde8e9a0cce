/**
 * Is what LMDB will follow in a data file sound? Asked before LMDB maps it: LMDB trusts its own pages, and where one of them is
 * damaged it may read wild memory, walk in circles, write over pages that are in use, or end the process.
 *
 * The check `tree` reads every page of every tree once. When it returns, each page is where it should be and used once, keys are
 * in order, counts are right, and no free page is in use. Values are not read: they carry checksums of their own, which are
 * checked when they are read. The check `meta` reads the meta pages and the root of each tree, whatever their size. The check
 * `used` reads the same, the whole tree of names and the whole free list, and leaves the rest to {@link RangeCheck}.
 *
 * Assumes what `data-file.ts` assumes, and trees as Holdfast makes them: keys in byte order, one value each.
 */
import { CorruptionError } from '../errors.ts'
import { bigValueOf, isHeadOf } from './big-value.ts'
import {
  type DataFile,
  type Meta,
  type MetaPair,
  metaPages,
  nodeFlags,
  noPage,
  pageHeaderBytes,
  readFully,
  treeRecordBytes,
  withDataFile,
} from './data-file.ts'
import { autoTreePagesMax, type FileCheck } from './file-check.ts'
import { markerKey } from './marker-key.ts'
import { TreePage } from './page.ts'
import { PageSet } from './page-set.ts'
import { recordDefect, recordOf, type TreeRecord } from './tree-record.ts'
import { type OnValue, TreeWalk } from './tree-walk.ts'

/** What was found of a file that is to be checked as it is used. */
export interface CheckedFile {
  readonly meta: Meta
  /** Pages that are in no tree. */
  readonly free: PageSet
}

const freeFlags = 0x08

/**
 * Throws unless the LMDB data file at `path` is all there, and sound as far as `check` goes. A file that is not there is fine.
 * `isInDoubt`: an owner noted that a commit had failed, so that the trace of one may be in the meta pages.
 * @returns what the check of all else begins with; `undefined`: nothing is left to be checked
 * @throws {CorruptionError} it is not: do not let LMDB open it; rebuild from peers
 * @throws {FormatVersionError} another version of LMDB wrote it
 * @throws errors of the file system as they are (`EACCES`, `EIO`)
 */
export function assertDataFileIsSound(
  path: string,
  check: FileCheck,
  isInDoubt: boolean,
): CheckedFile | undefined {
  let checked: CheckedFile | undefined
  withDataFile(path, (file, metas) => {
    if (check === 'off') return
    const extent = extentOf(check, metas.newest.pageCount)
    const trees = new TreeCheck(file, metas.newest, extent)
    // Of what another program made nothing is assumed: it is refused when it is open.
    if (!trees.isOurs()) return
    trees.checkMetas(metas, isInDoubt)
    trees.checkMain()
    trees.checkFree()
    if (extent === 'used') checked = { meta: metas.newest, free: trees.free }
  })
  return checked
}

/**
 * The same of the trees that `meta` leads to, as a check of what is used begins. Their pages must not be used again meanwhile.
 * @throws {CorruptionError} they are damaged
 */
export function checkUsedAsOf(file: DataFile, meta: Meta): CheckedFile {
  const trees = new TreeCheck(file, meta, 'used')
  trees.checkMain()
  trees.checkFree()
  return { meta, free: trees.free }
}

type Extent = 'meta' | 'used' | 'tree'

function extentOf(check: Exclude<FileCheck, 'off'>, pageCount: number): Extent {
  if (check !== 'auto') return check
  return pageCount <= autoTreePagesMax ? 'tree' : 'used'
}

class TreeCheck {
  readonly #file: DataFile
  readonly #meta: Meta
  readonly #extent: Extent
  readonly #used = new PageSet()
  /** Known when {@link checkFree} has returned, unless the roots are all that is checked. */
  readonly free: PageSet = new PageSet()
  /** One for each level, so that a parent stays while its children are read. */
  readonly #pages: TreePage[] = []

  constructor(file: DataFile, meta: Meta, extent: Extent) {
    this.#file = file
    this.#meta = meta
    this.#extent = extent
  }

  /** Whether the marker is in the root of the main tree, or may be below it. */
  isOurs(): boolean {
    const { root } = recordOf(this.#meta.records[1])
    if (root === noPage) return false
    const page = this.#read(Number(root), 0)
    this.#used.remove(Number(root))
    if (!page.isLeaf) return true
    const keys = Array.from({ length: page.nodeCount }, (_, at) => page.key(at))
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
    this.#walk(this.#begin(main, 'the main tree', this.#extent !== 'meta'), (page, position) => {
      if (page.nodeFlags(position) !== nodeFlags.subData) return
      const value = page.keyEnd(position)
      if (page.valueBytes(position) !== treeRecordBytes)
        throw this.#damaged('a database has a record of another size')
      named.push(recordOf(page.bytes.subarray(value, value + treeRecordBytes)))
    })
    for (const record of named) this.#walk(this.#begin(record, 'a database', this.#extent === 'tree'))
  }

  checkFree(): void {
    const record = recordOf(this.#meta.records[0])
    const isWhole = this.#extent !== 'meta'
    const lists: Buffer[] = []
    this.#walk(this.#begin(record, 'the free list', isWhole, freeFlags), (page, position) => {
      if (!isWhole) return
      const key = page.key(position)
      if (key.length !== 8 || key.readBigUInt64LE(0) > this.#meta.transaction)
        throw this.#damaged('pages became free in a transaction that there was none of')
      lists.push(this.#valueOf(page, position))
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

  #begin(record: TreeRecord, what: string, isWhole: boolean, flags = 0): TreeWalk {
    const defect = recordDefect(record, flags)
    if (defect !== undefined) throw this.#damaged(`${what} ${defect}`)
    return new TreeWalk(record, what, isWhole)
  }

  #walk(walk: TreeWalk, onValue?: OnValue): void {
    const { record, what } = walk
    if (record.root === noPage) return
    walk.onValue = onValue
    this.#visit(walk, Number(record.root), 1)
    if (!walk.isWhole) return
    const { branchPages, leafPages, overflowPages, entries } = record
    const isCounted =
      BigInt(walk.branchPages) === branchPages &&
      BigInt(walk.leafPages) === leafPages &&
      BigInt(walk.overflowPages) === overflowPages &&
      BigInt(walk.entries) === entries
    if (!isCounted) throw this.#damaged(`${what} does not hold as many pages and entries as are counted`)
  }

  #visit(walk: TreeWalk, number: number, depth: number): void {
    const page = this.#read(number, depth)
    if (page.isLeaf !== (depth === walk.record.depth))
      throw this.#damaged(
        `page ${number} is a ${page.isLeaf ? 'leaf' : 'branch'} at the wrong height of ${walk.what}`,
      )
    if (page.isLeaf) this.#takeLeaf(walk, page, number)
    else this.#takeBranch(walk, page, number, depth)
  }

  #takeBranch(walk: TreeWalk, page: TreePage, number: number, depth: number): void {
    walk.branchPages += 1
    if (!walk.isWhole) return
    for (let position = 0; position < page.nodeCount; position++) {
      // The key of the first child is not looked at: it is that of this page itself.
      if (position > 0 && !walk.ascends(page, position, false))
        throw this.#damaged(`page ${number} of ${walk.what} has keys that are not in order`)
      this.#visit(walk, page.child(position), depth + 1)
    }
  }

  #takeLeaf(walk: TreeWalk, page: TreePage, number: number): void {
    walk.leafPages += 1
    walk.entries += page.nodeCount
    for (let position = 0; position < page.nodeCount; position++) {
      if (walk.isWhole && !walk.ascends(page, position, true))
        throw this.#damaged(`page ${number} of ${walk.what} has keys that are not in order`)
      this.#takeNode(walk, page, position)
      walk.onValue?.(page, position)
    }
  }

  #takeNode(walk: TreeWalk, page: TreePage, position: number): void {
    const flags = page.nodeFlags(position)
    const isKnown = flags === 0 || flags === nodeFlags.bigData || (flags === nodeFlags.subData && walk.isMain)
    if (!isKnown) throw this.#damaged(`a node of ${walk.what} has the flags ${flags}`)
    if (flags === nodeFlags.bigData && walk.isWhole) walk.overflowPages += this.#takeOverflow(page, position)
  }

  /** Returns how many pages the value has. */
  #takeOverflow(page: TreePage, position: number): number {
    const value = bigValueOf(page, position)
    if (value === undefined || value.transaction > page.transaction)
      throw this.#damaged('a value has another number of pages than its size takes, or a later transaction')
    for (let at = 0; at < value.pageCount; at++) this.#use(value.firstPage + at)
    if (!isHeadOf(this.#file, this.#meta.pageSize, value))
      throw this.#damaged(`page ${value.firstPage} is not the first of the ${value.pageCount} of a value`)
    return value.pageCount
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
    const count = list.length < 8 ? -1 : Number(list.readBigInt64LE(0))
    if (count < 0 || count > list.length / 8 - 1)
      throw this.#damaged('a list of free pages is longer than its record')
    let run = 1
    for (let at = 1; at <= count; at++) {
      const entry = Number(list.readBigInt64LE(at * 8))
      if (entry === 0) continue
      if (entry < 0) {
        if (-entry > this.#meta.pageCount || run !== 1)
          throw this.#damaged('a list of free pages makes no sense')
        run = -entry
        continue
      }
      for (let page = entry; page < entry + run; page++) {
        this.#use(page)
        this.free.add(page)
      }
      run = 1
    }
  }

  #read(number: number, depth: number): TreePage {
    this.#use(number)
    const page = this.#pageAt(depth)
    readFully(this.#file, page.bytes, number * this.#meta.pageSize)
    const defect = page.defect({ number, transaction: this.#meta.transaction })
    if (defect !== undefined) throw this.#damaged(`page ${number} ${defect}`)
    return page
  }

  #pageAt(depth: number): TreePage {
    const page = this.#pages[depth] ?? new TreePage(this.#meta.pageSize)
    this.#pages[depth] = page
    return page
  }

  /** A page belongs to one place; that is also why the check ends whatever the bytes are. */
  #use(number: number): void {
    if (number < metaPages || number >= this.#meta.pageCount)
      throw this.#damaged(`page ${number} is used, and there are ${this.#meta.pageCount}`)
    if (this.#used.has(number)) throw this.#damaged(`page ${number} is in use twice`)
    this.#used.add(number)
  }

  #damaged(what: string): CorruptionError {
    return new CorruptionError(
      { log: this.#file.path, actualBytes: this.#file.bytes },
      `its data file is damaged: ${what}`,
    )
  }
}
