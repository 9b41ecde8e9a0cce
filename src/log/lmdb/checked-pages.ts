/**
 * Which entries of a log lie on pages that were checked: LMDB is asked for no others. Metadata, the cursor and whatever else is in front
 * of the entries are checked together. What this process appends is on pages that LMDB has made of checked ones.
 */
import { CorruptionError } from '../../errors.ts'
import type { CheckedKeys, LmdbDatabase } from '../../lmdb/index.ts'
import { changeEntryKey, entryKey, entryKeyRange } from '../records.ts'
import { IndexIntervals } from './index-intervals.ts'

const lowestKey = new Uint8Array(1)
/** Above every index there can be. */
const noIndex = Number.MAX_SAFE_INTEGER + 1
const entryKeyBytes = 9
/** Where entries are read one after the other. */
const readAhead = 1000
/** Where they are listed, to be given back a few with each commit: not each commit has to go down the tree, and none for long. */
const listedAhead = 128

export class CheckedPages {
  readonly #database: LmdbDatabase
  readonly #indexes = new IndexIntervals()
  readonly #key = Buffer.from(entryKey(0))
  /** Where the last check ended. */
  #checkedTo = 0
  #isHeadChecked = false
  #isEndChecked = false

  constructor(database: LmdbDatabase) {
    this.#database = database
  }

  /** For keys in front of the entries. @throws {CorruptionError} a page is damaged */
  assertHead(): void {
    if (this.#isHeadChecked) return
    let from = lowestKey
    for (;;) {
      const checked = this.#database.assertPages(from, entryKeyRange.from)
      this.#take(checked)
      if (checked.to === undefined || Buffer.compare(checked.to, entryKeyRange.from) > 0) break
      from = Uint8Array.from(checked.to)
    }
    this.#isHeadChecked = true
  }

  /** For keys behind the entries, and for an entry that is added there. @throws {CorruptionError} a page is damaged */
  assertEnd(): void {
    if (this.#isEndChecked) return
    this.#take(this.#database.assertPages(entryKeyRange.to, entryKeyRange.to))
    this.#isEndChecked = true
  }

  /** For the entry at `index`. @throws {CorruptionError} a page is damaged */
  assertIndex(index: number): void {
    if (this.#indexes.endAt(index) !== undefined) return
    if (index === this.#checkedTo && this.#isSoundAhead(index, readAhead)) return
    this.#check(index, index + 1)
  }

  #isSoundAhead(from: number, count: number): boolean {
    try {
      this.#check(from, Math.min(from + count, noIndex))
      return true
    } catch (error) {
      // The one that is asked for may be whole.
      if (error instanceof CorruptionError) return false
      throw error
    }
  }

  /**
   * For the entries of `[from, to)`, or the first of them where they are many: @returns up to where entries may be asked for, above
   * `from`; this may be beyond `to`.
   * @throws {CorruptionError} a page is damaged
   */
  endFrom(from: number, to: number): number {
    const known = this.#indexes.endAt(from)
    if (known !== undefined) return known
    if (to - from >= listedAhead || !this.#isSoundAhead(from, listedAhead)) this.#check(from, to)
    return this.#indexes.endAt(from) ?? from + 1
  }

  #check(from: number, to: number): void {
    const upper = to >= noIndex ? entryKeyRange.to : entryKey(to - 1)
    this.#take(this.#database.assertPages(changeEntryKey(this.#key, from), upper))
  }

  #take({ from, to }: CheckedKeys): void {
    const start = from === undefined ? 0 : firstIndexFrom(from)
    const end = to === undefined ? noIndex : firstIndexFrom(to)
    if (start < end) this.#indexes.add(start, end)
    this.#checkedTo = end
  }
}

/** The lowest index whose key is not below `key`, which may be any key. */
function firstIndexFrom(key: Uint8Array): number {
  const [tag = 0] = key
  const [entryTag = 0] = entryKeyRange.from
  if (tag !== entryTag) return tag < entryTag ? 0 : noIndex
  const padded = Buffer.alloc(entryKeyBytes)
  padded.set(key.subarray(0, entryKeyBytes))
  const index = padded.readBigUInt64BE(1) + (key.length > entryKeyBytes ? 1n : 0n)
  return index > Number.MAX_SAFE_INTEGER ? noIndex : Number(index)
}
