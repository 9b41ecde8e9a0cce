/** What a damaged place of a file was for, in words. Pure. */
import { basename } from 'node:path'

/** Of the data file of LMDB, on most machines. */
const pageBytes = 4096
/** `mp_flags` of a page of the LMDB that lmdb-js is made of, and the kinds of pages that it tells apart. */
const flagsAt = 18
const kinds: readonly (readonly [flag: number, name: string])[] = [
  [0x08, 'a meta page'],
  [0x01, 'a branch page'],
  [0x02, 'a leaf page'],
  [0x04, 'the first page of a big value'],
]

/** What holds byte `offset` of the file `path`, whose `bytes` are still sound. */
export function pageKindOf(path: string, bytes: Uint8Array, offset: number): string {
  const number = Math.floor(offset / pageBytes)
  const count = Math.ceil(bytes.length / pageBytes)
  const page = `page ${number} of ${count}`
  if (!basename(path).endsWith('.mdb')) return page
  const header = bytes.subarray(number * pageBytes, number * pageBytes + flagsAt + 2)
  // Each page begins with its own number.
  if (header.length < flagsAt + 2 || wordOf(header, 0, 8) !== number) return `${page}, inside of a big value`
  const flags = wordOf(header, flagsAt, 2)
  const [, name] = kinds.find(([flag]) => (flags & flag) !== 0) ?? [0, 'a page of no kind that is known']
  return `${page}, ${name}`
}

function wordOf(bytes: Uint8Array, from: number, length: number): number {
  return bytes.subarray(from, from + length).reduceRight((sum, byte) => sum * 256 + byte, 0)
}
