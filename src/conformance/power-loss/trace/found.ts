/** What is in the directory before anything is recorded. */
import { posix } from 'node:path'
import type { Image } from '../disk/image.ts'
import type { DiskEvent } from '../event.ts'
import type { NameSpace } from './name-space.ts'

/** What is in the directory, of a disk whose earlier events were recorded before. */
export interface KnownImage {
  readonly image: Image
  /** The disk's nodes have numbers below it. */
  readonly nodeCount: number
}

/** Gives every part of it the number that it has. */
export function knowParts(names: NameSpace, parts: Image['parts']): void {
  for (const { path, bytes, node } of parts) {
    const place = names.placeOf(posix.join(names.rootPath, path))
    if (place === undefined || node === undefined)
      throw new Error(`The image is broken: ${path} is in no directory, or has no number`)
    names.adopt(place, {
      number: node,
      type: bytes === undefined ? 'directory' : 'file',
      size: bytes?.length ?? 0,
    })
  }
}

/** Names every part of it, as if it had always been there. */
export function findParts(names: NameSpace, parts: Image['parts']): DiskEvent[] {
  return parts.flatMap(({ path, bytes }): DiskEvent[] => {
    const place = names.placeOf(posix.join(names.rootPath, path))
    if (place === undefined) throw new Error(`The image is broken: ${path} is in no directory`)
    const node = names.create(place, bytes === undefined ? 'directory' : 'file')
    node.size = bytes?.length ?? 0
    if (node.isVolatile) return []
    const { directory, name } = place
    return [{ kind: 'found', directory: directory.number, name, node: node.number, bytes, text: node.label }]
  })
}
