/** Builds events, runs them on a disk, and shows its images as text. */

import { Disk } from '../../../src/conformance/power-loss/disk/disk.ts'
import { imageOf } from '../../../src/conformance/power-loss/disk/image.ts'
import { type DiskModelName, diskModels } from '../../../src/conformance/power-loss/disk/model.ts'
import type { Survival, Survivors } from '../../../src/conformance/power-loss/disk/unit.ts'
import type { DiskEvent, NodeNumber } from '../../../src/conformance/power-loss/event.ts'

export const root = 0

export function create(node: NodeNumber, name: string, directory: NodeNumber = root): DiskEvent {
  return { kind: 'create', directory, name, node, type: 'file', text: `create ${name}` }
}

export function makeDirectory(node: NodeNumber, name: string, directory: NodeNumber = root): DiskEvent {
  return { kind: 'create', directory, name, node, type: 'directory', text: `mkdir ${name}` }
}

export function write(node: NodeNumber, offset: number, text: string, isSynced = false): DiskEvent {
  const bytes = Buffer.from(text)
  return { kind: 'write', node, offset, bytes, isSynced, isWithin: false, text: `write ${node}` }
}

/** Of `length` bytes from the beginning of `source`. */
export function copy(source: NodeNumber, node: NodeNumber, length: number, isSynced = false): DiskEvent {
  const text = `copy ${source} to ${node}`
  return { kind: 'copy', node, offset: 0, source, sourceOffset: 0, length, isSynced, text }
}

export function resize(node: NodeNumber, size: number): DiskEvent {
  return { kind: 'resize', node, size, text: `resize ${node}` }
}

export function rename(node: NodeNumber, fromName: string, name: string, isReplacing = true): DiskEvent {
  const text = `rename ${fromName} to ${name}`
  return { kind: 'rename', node, fromDirectory: root, fromName, directory: root, name, isReplacing, text }
}

export function unlink(name: string): DiskEvent {
  return { kind: 'unlink', directory: root, name, text: `unlink ${name}` }
}

/** Began after everything that came before it, unless it is told. */
export function sync(node: NodeNumber | undefined, begunAfter = Number.MAX_SAFE_INTEGER): DiskEvent {
  return { kind: 'sync', node, isDataOnly: false, begunAfter, text: `fsync ${node}` }
}

export function failedSync(node: NodeNumber): DiskEvent {
  return { kind: 'failed-sync', node, text: `fsync ${node} fails` } as DiskEvent
}

export function dataSync(node: NodeNumber): DiskEvent {
  return {
    kind: 'sync',
    node,
    isDataOnly: true,
    begunAfter: Number.MAX_SAFE_INTEGER,
    text: `fdatasync ${node}`,
  }
}

export function diskAfter(events: readonly DiskEvent[], model: DiskModelName = 'posix'): Disk {
  const disk = new Disk(diskModels[model])
  for (const event of events) for (const _ of disk.take(event));
  return disk
}

/** Files as `path: text`, directories as `path/`. Zero bytes are shown as dots. */
export function show(disk: Disk, survivors: Survivors): string[] {
  return imageOf(disk, survivors).parts.map(({ path, bytes }) =>
    bytes === undefined
      ? `${path}/`
      : `${path}: ${Buffer.from(bytes).toString('latin1').replaceAll('\0', '.')}`,
  )
}

/** Every image that a subset of what is pending leaves, once each, sorted. */
export function imagesAfter(events: readonly DiskEvent[], name: DiskModelName = 'posix'): string[] {
  const disk = diskAfter(events, name)
  const pending = disk.pending()
  const images = new Set<string>()
  for (let bits = 0; bits < 2 ** pending.length; bits++) {
    const chosen = pending.filter((_, at) => (bits >> at) & 1).map(({ number }) => [number, 'whole'] as const)
    images.add(show(disk, diskModels[name].complete(pending, new Map(chosen))).join(' '))
  }
  return [...images].sort()
}

/** All that is pending survives, and of one unit only these sectors. */
export function torn(disk: Disk, sectors: readonly number[]): Survivors {
  const pending = disk.pending()
  const data = pending.find(({ kind }) => kind === 'data')
  return new Map<number, Survival>(
    pending.map((unit) => [unit.number, unit === data ? new Set(sectors) : 'whole']),
  )
}
