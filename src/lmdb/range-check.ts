/**
 * The pages that LMDB follows when it is asked for a range of keys, or told to remove one, checked before it is.
 *
 * For keys in the range LMDB reads the branches above them and their leaves. A scan that ends between two leaves reads the next one.
 * A removal that leaves too little on a page reads a neighbour of it, at each height, and the lowest key below that. So at each
 * height the pages of the range are checked, the one before them, the one behind them, and below these the way to the lowest leaf.
 *
 * It walks the trees of the newest meta page, as far as LMDB has written them to the file: to be asked between transactions, or as
 * of a meta page whose pages are not used again. It reads with calls of its own, so that a page that cannot be read is an error.
 */
import { closeSync } from 'node:fs'
import { CorruptionError } from '../errors.ts'
import {
  type DataFile,
  type Meta,
  nodeFlags,
  noPage,
  openDataFile,
  readMetas,
  treeRecordBytes,
} from './data-file.ts'
import type { TreePage } from './page.ts'
import { PageCheck, type Place } from './page-check.ts'
import type { CheckedFile } from './tree-check.ts'
import { recordDefect, recordOf, type TreeRecord } from './tree-record.ts'

/** The keys at or above `from` and below `to`. `undefined`: from the lowest, to the highest. */
export interface CheckedKeys {
  readonly from: Uint8Array | undefined
  readonly to: Uint8Array | undefined
}

/** What is read of one height, in the order of its keys. */
interface Level {
  readonly left: Place | undefined
  /** With keys of the range; one or more. */
  readonly core: readonly Place[]
  readonly right: Place | undefined
  /** Whose first child alone is read, and so on. */
  readonly lowest: readonly Place[]
}

interface Range {
  readonly from: Uint8Array
  readonly to: Uint8Array
}

/** Of a branch. */
type Height = 'root' | 'between' | 'above leaves'

interface Tree {
  readonly record: TreeRecord
  readonly root: Place
}

/** Most that is checked at a time: a third of a millisecond, and more entries than are read at a time most of the time. */
const leavesMax = 64
/** Of branches above other branches fewer are enough: each has two children or more. */
const branchesMax = 2

export const allKeys: CheckedKeys = { from: undefined, to: undefined }

export class RangeCheck {
  readonly #file: DataFile
  readonly #pages: PageCheck
  readonly #isFixed: boolean
  #meta: Meta
  #isChanged = true
  readonly #trees = new Map<string, Tree | undefined>()

  /** Of the data file at `path`, which was found sound to the extent of `checked`, and whose only writer is this thread. */
  static open(path: string, checked: CheckedFile): RangeCheck {
    return new RangeCheck(openDataFile(path), checked)
  }

  /**
   * Of `file`, whose descriptor it closes, and which was found sound to the extent of `checked`.
   * @param isFixed  whether the trees are those of that moment for ever, and not those of the newest meta page
   */
  constructor(file: DataFile, checked: CheckedFile, isFixed = false) {
    this.#file = file
    this.#pages = new PageCheck(file, checked)
    this.#meta = checked.meta
    this.#isFixed = isFixed
  }

  /** Something may have been written. */
  changed(): void {
    this.#isChanged = true
  }

  /**
   * Checks what LMDB follows for the keys of database `name` from `from` to `to`, both included, or for the first of them where they
   * are many.
   * @returns the keys for which it has: `from` is among them. Valid until the next call
   * @throws {CorruptionError} a page is damaged; LMDB must not be asked for these keys
   */
  check(name: string, from: Uint8Array, to: Uint8Array): CheckedKeys {
    this.#turnToNewest()
    const tree = this.#treeOf(name)
    if (tree === undefined) return allKeys
    const { depth } = tree.record
    let level: Level = { left: undefined, core: [tree.root], right: undefined, lowest: [] }
    for (let height = depth; height > 1; height--) {
      const where = height === 2 ? 'above leaves' : height === depth ? 'root' : 'between'
      level = this.#below(level, { from, to }, where)
    }
    this.#pages.leaves(placesOf(level))
    return { from: level.core[0]?.lower, to: level.core.at(-1)?.upper }
  }

  close(): void {
    closeSync(this.#file.descriptor)
  }

  #turnToNewest(): void {
    if (!this.#isChanged) return
    this.#isChanged = false
    if (!this.#isFixed) this.#meta = readMetas(this.#file).newest
    this.#pages.turnTo(this.#meta)
    this.#trees.clear()
  }

  #treeOf(name: string): Tree | undefined {
    if (!this.#trees.has(name)) this.#trees.set(name, this.#findTree(name))
    return this.#trees.get(name)
  }

  /** `undefined`: it holds nothing. */
  #findTree(name: string): Tree | undefined {
    // lmdb-js ends names with a zero.
    const key = Buffer.from(`${name}\0`)
    const leaf = this.#leafOfNames(key)
    for (let at = 0; at < leaf.nodeCount; at++) {
      if (leaf.nodeFlags(at) !== nodeFlags.subData || leaf.compareKey(at, key) !== 0) continue
      const record = leaf.bytes.subarray(leaf.keyEnd(at), leaf.keyEnd(at) + treeRecordBytes)
      return this.#treeAt(recordOf(record), leaf.transaction)
    }
    throw this.#damaged(`database ${name} is not where its name should be`)
  }

  #leafOfNames(key: Buffer): TreePage {
    const main = this.#treeAt(recordOf(this.#meta.records[1]), this.#meta.transaction)
    if (main === undefined) throw this.#damaged('it has no tree of names')
    let place = main.root
    for (let height = main.record.depth; height > 1; height--) {
      const page = this.#pages.branch(place)
      place = childOf(place, page, page.childFor(key))
    }
    return this.#pages.leafOfNames(place)
  }

  #treeAt(record: TreeRecord, transaction: bigint): Tree | undefined {
    const defect = recordDefect(record)
    if (defect !== undefined) throw this.#damaged(`a database ${defect}`)
    if (record.root === noPage) return undefined
    const root = { number: Number(record.root), transaction, lower: undefined, upper: undefined }
    return { record, root }
  }

  #damaged(what: string): CorruptionError {
    return new CorruptionError({ log: this.#file.path }, `its data file is damaged: ${what}`)
  }

  /** What is to be read one height below `level`. */
  #below(level: Level, range: Range, height: Height): Level {
    const most = height === 'above leaves' ? leavesMax : branchesMax
    const core: Place[] = []
    let left = level.left && this.#childAt(level.left, 'last')
    let right: Place | undefined
    let read = 0
    for (const place of level.core) {
      if (core.length >= most) break
      const page = this.#pages.branch(place)
      const first = page.childFor(range.from)
      const last = Math.min(page.childFor(range.to), first + most - core.length - 1)
      if (read === 0 && first > 0) left = childOf(place, page, first - 1)
      for (let at = first; at <= last; at++) core.push(childOf(place, page, at))
      right = last + 1 < page.nodeCount ? childOf(place, page, last + 1) : undefined
      read += 1
    }
    const behind = level.core[read] ?? level.right
    const beyond = behind && this.#childAt(behind, 'first')
    // Only such a branch may be left with one child and be given others, and lead to more than that child.
    const merged =
      height === 'between' ? placesOf({ ...level, core: level.core.slice(0, read) }) : level.lowest
    return {
      left,
      core,
      right: right ?? beyond,
      lowest: merged.map((place) => this.#childAt(place, 'first')),
    }
  }

  #childAt(place: Place, which: 'first' | 'last'): Place {
    const page = this.#pages.branch(place)
    return childOf(place, page, which === 'first' ? 0 : page.nodeCount - 1)
  }
}

function childOf(place: Place, page: TreePage, at: number): Place {
  return {
    number: page.child(at),
    transaction: page.transaction,
    lower: at === 0 ? place.lower : page.key(at),
    upper: at + 1 === page.nodeCount ? place.upper : page.key(at + 1),
  }
}

function placesOf({ left, core, right, lowest }: Level): readonly Place[] {
  return [left, ...core, right, ...lowest].filter((place) => place !== undefined)
}
