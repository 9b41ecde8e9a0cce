/** One directory that a power loss could leave. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type NodeNumber, rootNode } from '../event.ts'
import { applyEntry, type DirectoryNode, type Disk, type FileNode } from './disk.ts'
import { FileContent } from './file-content.ts'
import type { Survivors } from './unit.ts'

interface ImagePart {
  /** Relative to the root. Those of a directory come after it. */
  readonly path: string
  /** `undefined`: a directory. */
  readonly bytes: Uint8Array | undefined
  /** Of an image of a disk: which of its nodes it is. */
  readonly node?: NodeNumber | undefined
}

export interface Image {
  readonly parts: readonly ImagePart[]
  /** Two images with the same one are the same. */
  readonly hash: string
}

/** What is there when of all that is pending only `survivors` reached the disk. */
export function imageOf(disk: Disk, survivors: Survivors): Image {
  const parts: ImagePart[] = []
  const hash = createHash('sha1')
  const add = (number: NodeNumber, path: string): void => {
    const node = disk.nodes.get(number)
    if (node === undefined) throw new Error(`The recording is broken: there is no node ${number}`)
    const bytes = node.type === 'file' ? contentOf(node, survivors) : undefined
    if (path !== '') parts.push({ path, bytes, node: number })
    hash.update(`${path}\0${bytes?.length ?? 'directory'}\0`)
    if (bytes !== undefined) hash.update(bytes)
    if (node.type === 'directory')
      for (const [name, target] of entriesOf(node, survivors)) add(target, join(path, name))
  }
  add(rootNode, '')
  return { parts, hash: hash.digest('base64') }
}

/** What a process sees, and what the next one does when this one is killed: the kernel keeps what was not synced. */
export function visibleImage(disk: Disk): Image {
  return imageOf(disk, new Map(disk.pending().map(({ number }) => [number, 'whole'])))
}

/** Writes it into `directory`, which is there and empty. */
export function writeImage({ parts }: Image, directory: string): void {
  for (const { path, bytes } of parts) {
    if (bytes === undefined) mkdirSync(join(directory, path))
    else writeFileSync(join(directory, path), bytes)
  }
}

function contentOf({ content, units }: FileNode, survivors: Survivors): Uint8Array {
  if (units.length === 0) return content.bytes()
  const copy = new FileContent(content)
  for (const unit of units) {
    const survival = unit.isDurable ? 'whole' : survivors.get(unit.number)
    if (survival !== undefined) copy.apply(unit, survival)
  }
  return copy.bytes()
}

function entriesOf({ entries, units }: DirectoryNode, survivors: Survivors): [string, NodeNumber][] {
  const there = new Map(entries)
  for (const unit of units) if (unit.isDurable || survivors.has(unit.number)) applyEntry(there, unit)
  return [...there].sort(([a], [b]) => (a < b ? -1 : 1))
}
