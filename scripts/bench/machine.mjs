// What the figures were measured on: without it they mean nothing.
import { readFileSync, statfsSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'

/** From Linux's statfs(2). */
const fileSystems = new Map([
  [0xef53, 'ext2/ext3/ext4'],
  [0x01021994, 'tmpfs'],
  [0x858458f6, 'ramfs'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x2fc12fc1, 'zfs'],
  [0x794c7630, 'overlayfs'],
  [0x6969, 'nfs'],
])

const inMemory = ['tmpfs', 'ramfs']

/** Machine, file system, versions, seed and load. */
export function describeMachine({ directory, seed, isQuick }) {
  const fileSystem = fileSystemOf(directory)
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memoryBytes: totalmem(),
    system: `${process.platform} ${release()} ${process.arch}`,
    fileSystem,
    isInMemory: inMemory.includes(fileSystem),
    node: process.version,
    versions: {
      holdfast: versionIn('../../package.json'),
      lmdb: versionIn('../../node_modules/lmdb/package.json'),
      'classic-level': versionIn('node_modules/classic-level/package.json'),
      'better-sqlite3': versionIn('node_modules/better-sqlite3/package.json'),
    },
    loadAverage: loadavg().map((load) => Number(load.toFixed(2))),
    seed,
    isQuick,
  }
}

export function fileSystemOf(directory) {
  const { type } = statfsSync(directory)
  return fileSystems.get(type) ?? `0x${type.toString(16)}`
}

function versionIn(file) {
  try {
    return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')).version
  } catch {
    return 'not installed'
  }
}
