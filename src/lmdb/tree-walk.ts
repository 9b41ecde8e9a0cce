/** What is known while one tree is walked from its lowest key to its highest. */
import type { TreePage } from './page.ts'
import type { TreeRecord } from './tree-record.ts'

export type OnValue = (page: TreePage, position: number) => void

export class TreeWalk {
  readonly record: TreeRecord
  readonly what: string
  /** Whether every page of it is visited, or its root alone. */
  readonly isWhole: boolean
  onValue: OnValue | undefined
  branchPages = 0
  leafPages = 0
  overflowPages = 0
  entries = 0
  /** The highest key so far, and whether one like it may still come: the lowest of a child is that of its branch. */
  readonly #key: Buffer = Buffer.alloc(2048)
  #keyBytes = -1
  #mayRepeat = false

  constructor(record: TreeRecord, what: string, isWhole: boolean) {
    this.record = record
    this.what = what
    this.isWhole = isWhole
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
