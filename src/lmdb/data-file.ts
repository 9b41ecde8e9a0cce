/**
 * Is an LMDB data file all there? Asked before LMDB maps it: opening a truncated file succeeds, and the first access to a
 * page beyond its end kills the process with SIGBUS, which no `catch` sees.
 *
 * Promises: when {@link assertDataFileIsWhole} returns, every page that the newest snapshot can reach lies inside the file.
 * It says nothing of what the pages hold: LMDB has no page checksums, our values carry their own.
 *
 * Assumes the file format of lmdb-js 3.5.6 on a 64-bit little-endian machine, and that nobody writes the file meanwhile
 * (the owner lock is held). Facts below are from its `mdb.c`, and checked against real files by the tests.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { CorruptionError, FormatVersionError } from '../errors.ts'
import { PageSet } from './page-set.ts'

/** `PAGEHDRSZ`. Node pointers count from here too (`PAGEBASE`), not from the start of the page as in LMDB 0.9. */
export const pageHeaderBytes = 24
/** A meta page as far as it is read here. */
export const metaBytes = 160
/** There are two of them, before everything else. */
export const metaPages = 2
/** `MDB_db`: what is known of one tree. */
export const treeRecordBytes = 48
/** `MDB_ovpage`: where the value of a `BIGDATA` node is. Upstream LMDB stores only the page number. */
export const overflowRecordBytes = 24
export const nodeHeaderBytes = 8
const pageSizeMin = 512
const pageSizeMax = 65_536
const magicWord = 0xbeefc0de
const formatVersion = 2
export const noPage: bigint = 2n ** 64n - 1n

export const pageFlags = {
  branch: 0x01,
  leaf: 0x02,
  overflow: 0x04,
  meta: 0x08,
  leafOfFixedSizeKeys: 0x20,
} as const
export const nodeFlags = { bigData: 0x01, subData: 0x02 } as const

export interface Meta {
  readonly pageSize: number
  /** Root pages of the free list and of the main tree. `noPage` for a tree without entries. */
  readonly roots: readonly bigint[]
  /** Bytes that the last owner had mapped, at least. */
  readonly mapBytes: bigint
  /** Pages that the file may have, the final ones only if they are in use. */
  readonly pageCount: number
  readonly transaction: bigint
  /** `MDB_db` of the free list and of the main tree. */
  readonly records: readonly [free: Buffer, main: Buffer]
  /** The page, as far as it is read. */
  readonly bytes: Buffer
}

export interface DataFile {
  readonly path: string
  readonly descriptor: number
  readonly bytes: number
}

/**
 * Throws unless the LMDB data file at `path` holds every page that its newest snapshot can reach. A file that is not there
 * is fine: LMDB creates it. Changes nothing.
 *
 * Two small reads when the file is as long as its meta page says. A healthy file may be shorter, as LMDB never writes pages
 * that were allocated and freed within one transaction: then every tree page is read once, which takes the longer the more
 * there are. Pages of big values are never read.
 * @throws {CorruptionError} it is truncated, empty or no LMDB data file: with `expectedBytes` and `actualBytes`, as far as
 *   they are known. Do not let LMDB open it; rebuild from peers
 * @throws {FormatVersionError} another version of LMDB wrote it
 * @throws errors of the file system as they are (`EACCES`, `EIO`)
 * @see mdb.c of lmdb-js, `mdb_env_read_header` and `MDB_meta.mm_last_pg`
 */
export function assertDataFileIsWhole(path: string): void {
  withDataFile(path, () => undefined)
}

/** Throws as {@link assertDataFileIsWhole}, and else has `check` look at the file and its meta pages. */
export function withDataFile(path: string, check: (file: DataFile, metas: MetaPair) => void): void {
  const descriptor = openIfThere(path)
  if (descriptor === undefined) return
  try {
    const file: DataFile = { path, descriptor, bytes: fstatSync(descriptor).size }
    const metas = readMetas(file)
    const { newest } = metas
    if (file.bytes < newest.pageCount * newest.pageSize) walkTrees(file, newest)
    check(file, metas)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * The meta page that LMDB would use of the file at `path`. Nothing else is looked at.
 * @throws {CorruptionError} @throws {FormatVersionError} as {@link assertDataFileIsWhole}
 */
export function readNewestMeta(path: string): Meta {
  const file = openDataFile(path)
  try {
    return readMetas(file).newest
  } finally {
    closeSync(file.descriptor)
  }
}

/** To be closed by the caller. @throws errors of the file system as they are */
export function openDataFile(path: string): DataFile {
  const descriptor = openSync(path, 'r')
  return { path, descriptor, bytes: fstatSync(descriptor).size }
}

export interface MetaPair {
  /** The one that LMDB will use: that of the later transaction. */
  readonly newest: Meta
  readonly other: Meta
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** @throws {CorruptionError} @throws {FormatVersionError} they are none of LMDB's, or another version's */
export function readMetas(file: DataFile): MetaPair {
  if (file.bytes < 2 * pageSizeMin) {
    const what = file.bytes === 0 ? 'it is empty' : 'it is too short for two meta pages'
    throw notLmdb(file, what, 2 * pageSizeMin)
  }
  const first = readMeta(file, 0)
  if (file.bytes < 2 * first.pageSize) {
    throw notLmdb(file, 'it is too short for two meta pages', 2 * first.pageSize)
  }
  const second = readMeta(file, first.pageSize)
  if (second.pageSize !== first.pageSize) throw notLmdb(file, 'its meta pages disagree on the page size')
  const newest = first.transaction >= second.transaction ? first : second
  // Transaction n writes meta page n mod 2, and LMDB looks there when it begins one, whichever page it chose before.
  if (Number(newest.transaction % 2n) !== (newest === first ? 0 : 1)) {
    throw notLmdb(file, `transaction ${newest.transaction} is in the wrong meta page`)
  }
  return { newest, other: newest === first ? second : first }
}

function readMeta(file: DataFile, offset: number): Meta {
  const page = Buffer.alloc(metaBytes)
  readFully(file, page, offset)
  const where = `the meta page at byte ${offset}`
  if ((page.readUInt16LE(18) & pageFlags.meta) === 0) throw notLmdb(file, `${where} is not marked as one`)
  if (page.readUInt32LE(24) !== magicWord) throw notLmdb(file, `${where} lacks the magic number`)
  // LMDB compares the low half only.
  const version = page.readUInt32LE(28) & 0xffff
  if (version !== formatVersion) {
    throw new FormatVersionError(file.path, version, formatVersion, 'the LMDB data file')
  }
  const pageSize = page.readUInt32LE(48)
  if (pageSize < pageSizeMin || pageSize > pageSizeMax || (pageSize & (pageSize - 1)) !== 0) {
    throw notLmdb(file, `${where} gives a page size of ${pageSize} bytes`)
  }
  return {
    pageSize,
    roots: [page.readBigUInt64LE(88), page.readBigUInt64LE(136)],
    mapBytes: page.readBigUInt64LE(40),
    pageCount: Number(page.readBigUInt64LE(144)) + 1,
    transaction: page.readBigUInt64LE(152),
    records: [page.subarray(48, 96), page.subarray(96, 144)],
    bytes: page,
  }
}

/** Visits every tree page once, in no particular order, and throws at the first one that is not wholly in the file. */
function walkTrees(file: DataFile, meta: Meta): void {
  const walk = new Walk(file, meta)
  for (const root of meta.roots) if (root !== noPage) walk.addTreePage(root)
  const page = Buffer.alloc(meta.pageSize)
  for (let number = walk.takePage(); number !== undefined; number = walk.takePage()) {
    readFully(file, page, number * meta.pageSize)
    const flags = page.readUInt16LE(18)
    if ((flags & pageFlags.branch) !== 0) addChildren(walk, page, number)
    else if ((flags & pageFlags.leaf) === 0) throw walk.defect(number, 'is not a tree page')
    else if ((flags & pageFlags.leafOfFixedSizeKeys) === 0) addPagesOfValues(walk, page, number)
  }
}

function addChildren(walk: Walk, page: Buffer, number: number): void {
  for (const node of nodesOf(walk, page, number)) {
    walk.addTreePage(BigInt(page.readUIntLE(node, 6)))
  }
}

/** Values of one leaf that lie elsewhere: big ones on overflow pages, and named or nested trees. */
function addPagesOfValues(walk: Walk, page: Buffer, number: number): void {
  for (const node of nodesOf(walk, page, number)) {
    const flags = page.readUInt16LE(node + 4)
    const value = node + nodeHeaderBytes + page.readUInt16LE(node + 6)
    if ((flags & nodeFlags.bigData) !== 0) {
      if (value + overflowRecordBytes > page.length) throw walk.defect(number, 'has a node beyond its end')
      // LMDB reads as far as the value's length says, whatever the record's page count.
      const pagesOfValue = Math.ceil((pageHeaderBytes + page.readUInt32LE(node)) / page.length)
      const pages = Math.max(pagesOfValue, Number(page.readBigUInt64LE(value + 16)))
      walk.checkPages(page.readBigUInt64LE(value), pages)
    } else if ((flags & nodeFlags.subData) !== 0) {
      if (value + treeRecordBytes > page.length) throw walk.defect(number, 'has a node beyond its end')
      const root = page.readBigUInt64LE(value + 40)
      if (root !== noPage) walk.addTreePage(root)
    }
  }
}

/** Offsets of the page's nodes. */
function* nodesOf(walk: Walk, page: Buffer, number: number): Generator<number, void, undefined> {
  const lower = page.readUInt16LE(20)
  if (pageHeaderBytes + lower > page.length) throw walk.defect(number, 'has more nodes than fit')
  for (let pointer = 0; pointer + 1 < lower; pointer += 2) {
    const node = pageHeaderBytes + page.readUInt16LE(pageHeaderBytes + pointer)
    if (node + nodeHeaderBytes > page.length) throw walk.defect(number, 'has a node beyond its end')
    yield node
  }
}

/**
 * Pages still to be read. A page belongs to one place of one tree, so a second visit is a defect; that is also why the walk
 * ends whatever the bytes are, and holds no more than the pages of the file.
 */
class Walk {
  readonly #file: DataFile
  readonly #meta: Meta
  readonly #pending: number[] = []
  readonly #seen = new PageSet()

  constructor(file: DataFile, meta: Meta) {
    this.#file = file
    this.#meta = meta
  }

  takePage(): number | undefined {
    return this.#pending.pop()
  }

  addTreePage(page: bigint): void {
    this.checkPages(page, 1)
    const number = Number(page)
    if (this.#seen.has(number)) throw this.defect(number, 'is in two places of its trees')
    this.#seen.add(number)
    this.#pending.push(number)
  }

  /** Throws unless `count` pages from `first` are in the file, behind the meta pages. */
  checkPages(first: bigint, count: number): void {
    if (first < 2n) throw this.defect(Number(first), 'is a meta page and part of a tree')
    const neededBytes = (Number(first) + count) * this.#meta.pageSize
    if (neededBytes <= this.#file.bytes) return
    const pages = count === 1 ? `page ${first}` : `pages ${first} to ${Number(first) + count - 1}`
    throw this.#corruption(`its data file is truncated: ${pages} should be in it`)
  }

  /** The file is shorter than its meta page says, and what is there does not explain it. */
  defect(page: number, what: string): CorruptionError {
    return this.#corruption(`its data file is truncated or damaged: page ${page} ${what}`)
  }

  #corruption(what: string): CorruptionError {
    const expectedBytes = this.#meta.pageCount * this.#meta.pageSize
    const actualBytes = this.#file.bytes
    return new CorruptionError(
      { log: this.#file.path, expectedBytes, actualBytes },
      `${what}, and it has ${actualBytes} of ${expectedBytes} bytes`,
    )
  }
}

export function readFully(file: DataFile, into: Buffer, position: number): void {
  let read = 0
  while (read < into.length) {
    const count = readSync(file.descriptor, into, read, into.length - read, position + read)
    if (count === 0) throw notLmdb(file, 'it became shorter while it was read', position + into.length)
    read += count
  }
}

function notLmdb(file: DataFile, what: string, expectedBytes?: number): CorruptionError {
  return new CorruptionError(
    { log: file.path, expectedBytes, actualBytes: file.bytes },
    `its file is not an LMDB data file, or was cut off or overwritten: ${what}, and it has ${file.bytes} bytes` +
      (expectedBytes === undefined ? '' : ` where at least ${expectedBytes} belong`),
  )
}
