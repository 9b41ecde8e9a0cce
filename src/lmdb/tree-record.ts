/** `MDB_db`: what LMDB keeps of each tree, in the meta pages and in the main tree. */
import { noPage } from './data-file.ts'

/** As far as it is checked. */
export interface TreeRecord {
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

export function recordOf(bytes: Buffer): TreeRecord {
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

/** What cannot be of a record that has no flags but `flags`, in words that fit after "a database"; `undefined`: nothing. */
export function recordDefect(record: TreeRecord, flags = 0): string | undefined {
  if (record.flags !== flags) return `has the flags ${record.flags}, which no tree of Holdfast has`
  if (record.root === noPage) {
    return record.depth !== 0 || record.entries !== 0n ? 'has entries and no root' : undefined
  }
  return record.depth < 1 || record.depth > depthMax ? `has a height of ${record.depth}` : undefined
}
