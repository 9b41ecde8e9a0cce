/**
 * One page after the other of a data file that is in use, before LMDB first follows it: is it what the page above it says it is, and does
 * nothing lead from it to where it must not? A page that passes stays good: whatever is in its place later, LMDB has written.
 *
 * A page was there when the file was opened when its transaction is not later; of these none may be free, and no value may have two
 * places.
 */
import { CorruptionError } from '../errors.ts'
import { type BigValue, bigValueOf, isHeadOf } from './big-value.ts'
import { type DataFile, type Meta, metaPages, nodeFlags, readFully } from './data-file.ts'
import { TreePage } from './page.ts'
import { PageSet } from './page-set.ts'
import type { CheckedFile } from './tree-check.ts'

/** A page as what leads to it tells of it. */
export interface Place {
  readonly number: number
  /** Of the page above: none below it is later. */
  readonly transaction: bigint
  /** All keys are at or above this. `undefined`: there is no such bound. */
  readonly lower: Uint8Array | undefined
  /** All keys are below this. `undefined`: there is no such bound. */
  readonly upper: Uint8Array | undefined
}

interface Branch {
  readonly place: Place
  readonly page: TreePage
}

/** Branches that are kept while nothing is written, 8 KiB each: those above a million small entries. */
const branchesMax = 256
/** Leaves that are read with one call: it takes longer than to copy a page, and entries were appended to pages in a row. */
const leavesPerRead = 16

export class PageCheck {
  readonly #file: DataFile
  readonly #atOpen: CheckedFile
  #meta: Meta
  readonly #leaf: TreePage
  /** What was read with one call, and the pages in it. */
  readonly #memory: Buffer
  readonly #pagesRead: readonly Buffer[]
  readonly #branches = new Map<number, Branch>()
  /** Of branches that are kept no more: new memory for each is what a collector would stop a commit for. */
  readonly #spare: TreePage[] = []
  /** Leaves whose big values have been looked at, and the pages of these. */
  readonly #leaves = new PageSet()
  readonly #values = new PageSet()

  constructor(file: DataFile, atOpen: CheckedFile) {
    this.#file = file
    this.#atOpen = atOpen
    this.#meta = atOpen.meta
    const { pageSize } = atOpen.meta
    this.#leaf = new TreePage(pageSize)
    this.#memory = Buffer.alloc(leavesPerRead * pageSize)
    this.#pagesRead = Array.from({ length: leavesPerRead }, (_, at) =>
      this.#memory.subarray(at * pageSize, (at + 1) * pageSize),
    )
  }

  /** The trees are those of `meta` from now on. What branches it returned, and their keys, are no longer valid. */
  turnTo(meta: Meta): void {
    this.#meta = meta
    for (const { page } of this.#branches.values()) this.#spare.push(page)
    this.#branches.clear()
  }

  /** @returns the page, which stays as it is until {@link turnTo}; @throws {CorruptionError} */
  branch(place: Place): TreePage {
    const known = this.#branches.get(place.number)
    if (known !== undefined && isSamePlace(known.place, place)) return known.page
    const page = this.#spare.pop() ?? new TreePage(this.#meta.pageSize)
    this.#assertInFile(place)
    readFully(this.#file, page.bytes, place.number * this.#meta.pageSize)
    this.#assertPage(page, place, false)
    // The key of the first child is not looked at: it is that of the page itself.
    const isInBounds =
      (place.lower === undefined || page.compareKey(1, place.lower) > 0) && isBelow(page, place.upper)
    if (!isInBounds || !page.isAscending(1)) throw this.#damaged(place, 'has keys that are not in order')
    if (this.#branches.size >= branchesMax) this.#branches.clear()
    this.#branches.set(place.number, { place, page })
    return page
  }

  /** @throws {CorruptionError} */
  leaves(places: readonly Place[]): void {
    for (let at = 0; at < places.length; ) {
      const run = runAt(places, at)
      this.#readRun(run)
      for (const [position, place] of run.entries()) this.#checkLeaf(place, position)
      at += run.length
    }
  }

  /** @returns the page, until the next one is asked for; @throws {CorruptionError} */
  leafOfNames(place: Place): TreePage {
    this.#readRun([place])
    return this.#checkLeaf(place, 0, { isOfNames: true })
  }

  /** The leaf at `place`, which was read as the one at `position`. */
  #checkLeaf(
    place: Place,
    position: number,
    { isOfNames = false }: { readonly isOfNames?: boolean } = {},
  ): TreePage {
    const page = this.#leaf
    page.bytes = this.#pagesRead[position] ?? page.bytes
    this.#assertPage(page, place, true)
    if (page.nodeCount === 0) throw this.#damaged(place, 'holds nothing')
    const isInBounds =
      (place.lower === undefined || page.compareKey(0, place.lower) >= 0) && isBelow(page, place.upper)
    if (!isInBounds || !page.isAscending(0)) throw this.#damaged(place, 'has keys that are not in order')
    const isNew = page.transaction <= this.#atOpen.meta.transaction && !this.#leaves.has(place.number)
    for (let position = 0; position < page.nodeCount; position++) {
      const flags = page.nodeFlags(position)
      if (flags === 0 || (isOfNames && flags === nodeFlags.subData)) continue
      if (flags !== nodeFlags.bigData) throw this.#damaged(place, `has a node with the flags ${flags}`)
      if (isNew) this.#takeValue(place, bigValueOf(page, position), page.transaction)
    }
    if (isNew) this.#leaves.add(place.number)
    return page
  }

  #readRun(run: readonly Place[]): void {
    for (const place of run) this.#assertInFile(place)
    const number = run[0]?.number ?? 0
    const { pageSize } = this.#meta
    readFully(this.#file, this.#memory.subarray(0, run.length * pageSize), number * pageSize)
  }

  #assertInFile(place: Place): void {
    if (place.number < metaPages || place.number >= this.#meta.pageCount)
      throw this.#damaged(place, `is used, and there are ${this.#meta.pageCount}`)
  }

  #assertPage(page: TreePage, place: Place, isLeaf: boolean): void {
    const { number, transaction } = place
    const defect = page.defect({ number, transaction })
    if (defect !== undefined) throw this.#damaged(place, defect)
    if (page.isLeaf !== isLeaf)
      throw this.#damaged(place, `is a ${page.isLeaf ? 'leaf' : 'branch'} at the wrong height`)
    if (page.transaction <= this.#atOpen.meta.transaction && this.#atOpen.free.has(number))
      throw this.#damaged(place, 'is in use, and free')
  }

  #takeValue(place: Place, value: BigValue | undefined, transaction: bigint): void {
    if (value === undefined || value.transaction > transaction)
      throw this.#damaged(place, 'has a value of another size or transaction than it says')
    const { firstPage, pageCount } = value
    if (firstPage < metaPages || firstPage + pageCount > this.#meta.pageCount)
      throw this.#damaged(place, `has a value on page ${firstPage}, and there are ${this.#meta.pageCount}`)
    for (let number = firstPage; number < firstPage + pageCount; number++) {
      if (this.#values.has(number) || this.#atOpen.free.has(number))
        throw this.#damaged(place, `has a value on page ${number}, which is in use twice, or free`)
    }
    if (!isHeadOf(this.#file, this.#meta.pageSize, value))
      throw this.#damaged(place, `has a value of which page ${firstPage} is not the first`)
    for (let number = firstPage; number < firstPage + pageCount; number++) this.#values.add(number)
  }

  #damaged({ number }: Place, what: string): CorruptionError {
    return new CorruptionError({ log: this.#file.path }, `its data file is damaged: page ${number} ${what}`)
  }
}

/** The place at `at`, and those behind it that also lie behind it in the file. */
function runAt(places: readonly Place[], at: number): readonly Place[] {
  const first = places[at]?.number ?? 0
  let end = at + 1
  while (end - at < leavesPerRead && places[end]?.number === first + end - at) end++
  return places.slice(at, end)
}

function isBelow(page: TreePage, upper: Uint8Array | undefined): boolean {
  return upper === undefined || page.compareKey(page.nodeCount - 1, upper) < 0
}

function isSamePlace(a: Place, b: Place): boolean {
  return a.transaction === b.transaction && isSameBound(a.lower, b.lower) && isSameBound(a.upper, b.upper)
}

function isSameBound(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && Buffer.compare(a, b) === 0)
}
