/** The pages of a data file that hold nothing, as its free list says; those of the list itself are among them. */
import { CorruptionError } from '../errors.ts'
import { TimeSlice } from '../time-slice.ts'
import {
  type DataFile,
  type Meta,
  metaPages,
  nodeFlags,
  noPage,
  pageHeaderBytes,
  readFully,
} from './data-file.ts'
import { TreePage } from './page.ts'

const pagesOfWord = 32

/** Page numbers below `pageCount`, two bits for each page of the file. */
export class FreePages {
  readonly pageCount: number
  readonly #words: Uint32Array
  /** How many there are before each word. */
  readonly #before: Uint32Array
  #count = 0

  constructor(pageCount: number) {
    this.pageCount = pageCount
    const words = Math.ceil(pageCount / pagesOfWord) + 1
    this.#words = new Uint32Array(words)
    this.#before = new Uint32Array(words)
  }

  get count(): number {
    return this.#count
  }

  has(page: number): boolean {
    return ((this.#words[Math.floor(page / pagesOfWord)] ?? 0) & bitOf(page)) !== 0
  }

  add(page: number): void {
    const word = Math.floor(page / pagesOfWord)
    this.#words[word] = (this.#words[word] ?? 0) | bitOf(page)
  }

  /** To be called after the last `add`, and before what follows. */
  seal(): void {
    this.#count = 0
    for (const [at, word] of this.#words.entries()) {
      this.#before[at] = this.#count
      this.#count += bitsIn(word)
    }
  }

  /** How many are below `page`. */
  below(page: number): number {
    const at = Math.floor(page / pagesOfWord)
    return (this.#before[at] ?? 0) + bitsIn((this.#words[at] ?? 0) & (bitOf(page) - 1))
  }

  /** The first page from `page` on that is not one of them; may be `pageCount`. */
  nextUsed(page: number): number {
    let next = page
    while (next < this.pageCount && this.has(next)) {
      const isWholeWord = next % pagesOfWord === 0 && this.#words[next / pagesOfWord] === 0xffff_ffff
      next += isWholeWord ? pagesOfWord : 1
    }
    return Math.min(next, this.pageCount)
  }
}

/** The highest bit makes a negative number of this, of which the bits are right all the same. */
function bitOf(page: number): number {
  return 1 << (page % pagesOfWord)
}

function bitsIn(word: number): number {
  let bits = word - ((word >>> 1) & 0x5555_5555)
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333)
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
}

/**
 * What the free list of `meta` says, a slice of time after the other: nobody may write to its pages meanwhile.
 * @throws {CorruptionError} it is no free list
 */
export async function readFreePages(file: DataFile, meta: Meta): Promise<FreePages> {
  const reader = new FreeListReader(file, meta)
  const slice = new TimeSlice()
  for (const _page of reader.pages()) if (slice.isOver) await slice.next()
  reader.free.seal()
  return reader.free
}

class FreeListReader {
  readonly free: FreePages
  readonly #file: DataFile
  readonly #meta: Meta

  constructor(file: DataFile, meta: Meta) {
    this.free = new FreePages(meta.pageCount)
    this.#file = file
    this.#meta = meta
  }

  /** Takes page after page of the list. */
  *pages(): Generator<number, void, undefined> {
    const { roots, pageSize, transaction } = this.#meta
    const [root = noPage] = roots
    const pending = root === noPage ? [] : [Number(root)]
    for (let number = pending.pop(); number !== undefined; number = pending.pop()) {
      this.#add(number)
      const page = new TreePage(pageSize)
      readFully(this.#file, page.bytes, number * pageSize)
      const defect = page.defect({ number, transaction })
      if (defect !== undefined) throw this.#damaged(`page ${number} of its free list ${defect}`)
      for (let position = 0; position < page.nodeCount; position++) {
        if (page.isLeaf) this.#takeList(this.#valueOf(page, position))
        else pending.push(page.child(position))
      }
      yield number
    }
  }

  #valueOf(page: TreePage, position: number): Buffer {
    const start = page.keyEnd(position)
    const bytes = page.valueBytes(position)
    if (page.nodeFlags(position) !== nodeFlags.bigData) return page.bytes.subarray(start, start + bytes)
    const { pageSize } = this.#meta
    const first = Number(page.bytes.readBigUInt64LE(start))
    const count = Math.ceil((pageHeaderBytes + bytes) / pageSize)
    for (let at = 0; at < count; at++) this.#add(first + at)
    const value = Buffer.alloc(bytes)
    readFully(this.#file, value, first * pageSize + pageHeaderBytes)
    return value
  }

  /** A count, then page numbers; one below zero says how many pages begin at the next, and zero is a place that is not used. */
  #takeList(list: Buffer): void {
    const count = list.length < 8 ? -1 : Number(list.readBigInt64LE(0))
    if (count < 0 || count > list.length / 8 - 1)
      throw this.#damaged('a list of free pages is longer than its record')
    let run = 1
    for (let at = 1; at <= count; at++) {
      const entry = Number(list.readBigInt64LE(at * 8))
      if (entry < 0) {
        run = -entry
        if (run > this.free.pageCount) throw this.#damaged('a list of free pages makes no sense')
      } else if (entry > 0) {
        for (let page = entry; page < entry + run; page++) this.#add(page)
        run = 1
      }
    }
  }

  /** A page is in one place of one list; that is also why the reading ends whatever the bytes are. */
  #add(page: number): void {
    if (page < metaPages || page >= this.free.pageCount || this.free.has(page))
      throw this.#damaged(`page ${page} of ${this.free.pageCount} is free twice, or cannot be`)
    this.free.add(page)
  }

  #damaged(what: string): CorruptionError {
    return new CorruptionError({ log: this.#file.path }, `its data file is damaged: ${what}`)
  }
}
