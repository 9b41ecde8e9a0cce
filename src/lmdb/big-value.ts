/** Values on pages of their own, as LMDB follows them: from the record in a leaf to the head of their first page. */
import { type DataFile, pageFlags, pageHeaderBytes, readFully } from './data-file.ts'
import type { TreePage } from './page.ts'

/** Where a value is. */
export interface BigValue {
  readonly firstPage: number
  readonly pageCount: number
  /** That wrote it. */
  readonly transaction: bigint
}

const head: Buffer = Buffer.alloc(pageHeaderBytes)

/** Of the node at `position` of a leaf, which has it. `undefined`: its record is not of the value's size, or of no page. */
export function bigValueOf(page: TreePage, position: number): BigValue | undefined {
  const record = page.keyEnd(position)
  const first = page.bytes.readBigUInt64LE(record)
  const pageCount = Math.ceil((pageHeaderBytes + page.valueBytes(position)) / page.bytes.length)
  if (page.bytes.readBigUInt64LE(record + 16) !== BigInt(pageCount) || first > Number.MAX_SAFE_INTEGER)
    return undefined
  return { firstPage: Number(first), pageCount, transaction: page.bytes.readBigUInt64LE(record + 8) }
}

/**
 * Whether the first page says of itself what the leaf says of it. LMDB asks it how many pages it frees. All of them must be in the
 * file.
 */
export function isHeadOf(
  file: DataFile,
  pageSize: number,
  { firstPage, pageCount, transaction }: BigValue,
): boolean {
  readFully(file, head, firstPage * pageSize)
  return (
    head.readBigUInt64LE(0) === BigInt(firstPage) &&
    head.readBigUInt64LE(8) === transaction &&
    head.readUInt16LE(18) === pageFlags.overflow &&
    head.readUInt32LE(20) === pageCount
  )
}
