/**
 * Pages of a data file on their way into a compact one: they stay in order, the free ones between them are left out, and so every
 * number of a page becomes smaller by the free ones before it. Facts are from `mdb.c` of lmdb-js 3.5.6.
 */
import { CorruptionError } from '../errors.ts'
import {
  type Meta,
  metaBytes,
  metaPages,
  nodeFlags,
  nodeHeaderBytes,
  noPage,
  overflowRecordBytes,
  pageFlags,
  pageHeaderBytes,
  treeRecordBytes,
} from './data-file.ts'
import type { FreePages } from './free-pages.ts'

const twoTo32 = 2 ** 32
/**
 * The compact file is as if its trees had been written by its first commit. With the number of the present one, as LMDB's own copies
 * have it, and nothing free, LMDB 3.5.6 ends the process on a later commit of some hundred pages: it takes the key of a free list's
 * record for read that it has not found (`mdb_page_alloc`).
 */
const firstCommit = 1
/** Of an `MDB_db`. */
const treeAt = { depth: 6, branchPages: 8, leafPages: 16, overflowPages: 24, root: 40 } as const
/** Of a meta page. */
const metaAt = { free: 48, main: 96, lastPage: 144, transaction: 152 } as const
const pageAt = { number: 0, transaction: 8, flags: 18, nodesEnd: 20, pagesOfValue: 20 } as const
/** Of an `MDB_ovpage`. */
const valueAt = { page: 0, transaction: 8 } as const

export class Renumbering {
  readonly #path: string
  readonly #meta: Meta
  readonly #free: FreePages
  /** The number of the next page. */
  #next = metaPages
  /** Pages that are still to come of a value's, and have no header. */
  #pagesOfValue = 0
  /** How many pages the trees say they have. */
  #counted: number

  constructor(path: string, meta: Meta, free: FreePages) {
    this.#path = path
    this.#meta = meta
    this.#free = free
    this.#counted = metaPages + pagesOf(meta.records[1], 0)
  }

  /** The meta pages of the compact file: the trees as they are, and nothing free; in the other one nothing at all. */
  metaPages(): Buffer {
    const { bytes, pageSize, roots } = this.#meta
    const pages = Buffer.alloc(metaPages * pageSize)
    for (const number of [0, 1]) {
      const page = pages.subarray(number * pageSize, number * pageSize + metaBytes)
      bytes.copy(page)
      writeNumber(page, pageAt.number, number)
      clearTree(page, metaAt.free)
      // Commit n writes meta page n mod 2.
      writeNumber(page, metaAt.transaction, number === 1 ? firstCommit : 0)
      if (number === 1) {
        const [, root = noPage] = roots
        if (root !== noPage) writeNumber(page, metaAt.main + treeAt.root, this.#renumbered(Number(root)))
        writeNumber(page, metaAt.lastPage, this.#free.pageCount - this.#free.count - 1)
      } else {
        clearTree(page, metaAt.main)
        writeNumber(page, metaAt.lastPage, metaPages - 1)
      }
    }
    return pages
  }

  /**
   * Renumbers the pages in `bytes`, of which `first` is the first, and moves those together that are not free. To be called for all
   * pages, in order; free ones may be left out. @returns the part of `bytes` where they are
   * @throws {CorruptionError} what it came by is not what LMDB writes
   */
  take(bytes: Buffer, first: number): Buffer {
    const { pageSize } = this.#meta
    let to = 0
    for (let from = 0, number = first; from < bytes.length; from += pageSize, number++) {
      if (this.#free.has(number)) continue
      if (to !== from) bytes.copyWithin(to, from, from + pageSize)
      this.#renumber(bytes.subarray(to, to + pageSize), number)
      to += pageSize
    }
    return bytes.subarray(0, to)
  }

  /** @throws {CorruptionError} not all pages came, or there are others than those of the trees */
  finish(): void {
    const isWhole = this.#pagesOfValue === 0 && this.#next === this.#free.pageCount - this.#free.count
    if (!isWhole || this.#counted !== this.#next)
      throw this.#damaged(`${this.#next} pages are in use, and ${this.#counted} belong to its trees`)
  }

  #renumber(page: Buffer, number: number): void {
    const next = this.#next++
    if (this.#pagesOfValue > 0) {
      this.#pagesOfValue -= 1
      return
    }
    if (readNumber(page, pageAt.number) !== number)
      throw this.#damaged(`page ${number} has another page number`)
    writeNumber(page, pageAt.number, next)
    writeNumber(page, pageAt.transaction, firstCommit)
    switch (page.readUInt16LE(pageAt.flags)) {
      case pageFlags.branch:
        for (let at = pageHeaderBytes, end = nodesEndOf(page); at < end; at += 2) {
          const node = this.#nodeAt(page, at)
          page.writeUIntLE(this.#renumbered(page.readUIntLE(node, 6)), node, 6)
        }
        return
      case pageFlags.leaf:
        this.#takeLeaf(page)
        return
      case pageFlags.overflow:
        this.#pagesOfValue = page.readUInt32LE(pageAt.pagesOfValue) - 1
        return
      default:
        throw this.#damaged(`page ${number} is of a kind that Holdfast has none of`)
    }
  }

  #takeLeaf(page: Buffer): void {
    for (let at = pageHeaderBytes, end = nodesEndOf(page); at < end; at += 2) {
      const node = this.#nodeAt(page, at)
      const flags = page.readUInt16LE(node + 4)
      if (flags === 0) continue
      const value = node + nodeHeaderBytes + page.readUInt16LE(node + 6)
      if (flags === nodeFlags.bigData && value + overflowRecordBytes <= page.length) {
        writeNumber(page, value + valueAt.page, this.#renumbered(readNumber(page, value + valueAt.page)))
        writeNumber(page, value + valueAt.transaction, firstCommit)
      } else if (flags === nodeFlags.subData && value + treeRecordBytes <= page.length) {
        this.#counted += pagesOf(page, value)
        this.#takeRoot(page, value + treeAt.root)
      } else throw this.#damaged(`a node has the flags ${flags}, or lies beyond its page`)
    }
  }

  #takeRoot(page: Buffer, at: number): void {
    if (page.readBigUInt64LE(at) !== noPage) writeNumber(page, at, this.#renumbered(readNumber(page, at)))
  }

  /** Where the node begins that the pointer at `at` leads to. */
  #nodeAt(page: Buffer, at: number): number {
    const node = at + 2 > page.length ? page.length : pageHeaderBytes + page.readUInt16LE(at)
    if (node + nodeHeaderBytes > page.length) throw this.#damaged('a page has a node beyond its end')
    return node
  }

  #renumbered(page: number): number {
    if (page < metaPages || page >= this.#free.pageCount || this.#free.has(page))
      throw this.#damaged(`page ${page} is part of a tree, and holds nothing`)
    return page - this.#free.below(page)
  }

  #damaged(what: string): CorruptionError {
    return new CorruptionError({ log: this.#path }, `its data file is damaged: ${what}`)
  }
}

/** Where the pointers to the nodes of a page end, of two bytes each. */
function nodesEndOf(page: Buffer): number {
  return pageHeaderBytes + 2 * (page.readUInt16LE(pageAt.nodesEnd) >>> 1)
}

/** Of the tree whose `MDB_db` is at `at`. */
function pagesOf(bytes: Buffer, at: number): number {
  const { branchPages, leafPages, overflowPages } = treeAt
  return [branchPages, leafPages, overflowPages].reduce(
    (sum, offset) => sum + readNumber(bytes, at + offset),
    0,
  )
}

function clearTree(page: Buffer, at: number): void {
  page.fill(0, at + treeAt.depth, at + treeAt.root)
  page.writeBigUInt64LE(noPage, at + treeAt.root)
}

function readNumber(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * twoTo32
}

function writeNumber(bytes: Buffer, at: number, value: number): void {
  bytes.writeUInt32LE(value % twoTo32, at)
  bytes.writeUInt32LE(Math.floor(value / twoTo32), at + 4)
}
