/** The data file of an environment: where it is, how it is opened, and the marker that says it is ours. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { open } from 'lmdb'
import { decodeFrame, describeDefect, encodeFrame, readU32, writeU32 } from '../codec/index.ts'
import { CorruptionError, FormatVersionError, LogNotFoundError } from '../errors.ts'
import { type FileSpace, freeBytes } from './disk-space.ts'
import { markerKey } from './marker-key.ts'
import type { NativeRoot, NativeStats, NativeTransaction, NativeTree } from './native.ts'

export interface EnvironmentStats {
  readonly sizeBytes: number
  readonly usedBytes: number
  readonly mapSizeBytes: number
  readonly filesystemAvailBytes: number
  /** Read transactions open now, in this process and others. */
  readonly openReadTransactions: number
}

export const dataFileName = 'data.mdb'
const databasesMaxDefault = 128
const metaPages = 2
/** The format of the environment, in its marker. */
const environmentVersion = 1

/** Keys and values are bytes, with no lmdb-js encoding between. */
export const binary: { readonly encoding: 'binary'; readonly keyEncoding: 'binary'; readonly cache: false } =
  {
    encoding: 'binary',
    keyEncoding: 'binary',
    cache: false,
  }
// A dotted directory name would be taken as a file without `noSubdir: false`.
const durable = { ...binary, noSubdir: false, overlappingSync: false } as const

export interface RootOptions {
  readonly mapSize?: number | undefined
  readonly databasesMax?: number | undefined
  readonly readOnly?: boolean
}

export function openRoot(directory: string, options: RootOptions = {}): NativeRoot {
  const { mapSize, databasesMax = databasesMaxDefault, readOnly = false } = options
  const size = mapSize === undefined ? {} : { mapSize }
  const native = { path: directory, ...durable, readOnly, maxDbs: databasesMax, ...size }
  return open(native) as unknown as NativeRoot
}

/** Makes an empty root database ours. Durable when it returns. */
export function writeMarker(root: NativeRoot): void {
  const version = new Uint8Array(4)
  writeU32(version, 0, environmentVersion)
  root.transactionSync(() => root.putSync(markerKey, encodeFrame(markerKey, version)))
}

/**
 * @throws {LogNotFoundError} another program made the data file
 * @throws {CorruptionError} the marker is damaged
 * @throws {FormatVersionError} a newer version made it
 */
export function checkMarker(directory: string, root: NativeRoot): void {
  const stored = root.getBinary(markerKey)
  if (stored === undefined) {
    throw new LogNotFoundError(
      directory,
      `The LMDB data file in ${directory} was not made by Holdfast; give another directory`,
    )
  }
  const { payload, defect } = decodeFrame(markerKey, stored)
  if (defect?.kind === 'version') throw newer(directory, defect.found)
  if (defect) {
    throw new CorruptionError({ log: directory }, `the environment's marker has ${describeDefect(defect)}`)
  }
  const version = payload.length === 4 ? readU32(payload, 0) : 0
  if (version !== environmentVersion) throw newer(directory, version)
}

function newer(directory: string, version: number): FormatVersionError {
  return new FormatVersionError(directory, version, environmentVersion, 'the data file')
}

export function statsOf(directory: string, root: NativeRoot): EnvironmentStats {
  const { pageSize, lastPageNumber, mapSize } = root.getStats()
  return {
    sizeBytes: statSync(join(directory, dataFileName)).size,
    usedBytes: (lastPageNumber + 1) * pageSize,
    mapSizeBytes: mapSize,
    filesystemAvailBytes: freeBytes(directory),
    openReadTransactions: countReaders(root),
  }
}

/** How the pages of the data file are used. */
export function fileSpaceOf(root: NativeRoot): FileSpace {
  const stats = root.getStats()
  return {
    usedBytes: (stats.lastPageNumber + 1) * stats.pageSize,
    mapSizeBytes: stats.mapSize,
    unusedBytes: () => unusedBytesOf(root, stats),
  }
}

/** Takes time with the number of databases, not with what they hold. */
function unusedBytesOf(
  root: NativeRoot,
  { pageSize, lastPageNumber, root: names, free }: NativeStats,
): number {
  const databases = databaseNames(root).map((name) => root.openDB({ ...binary, name, create: false }))
  const trees = [names, free, ...databases.flatMap((database) => database?.getStats() ?? [])]
  const usedPages = trees.reduce((pages, tree) => pages + pagesOf(tree), metaPages)
  return Math.max(lastPageNumber + 1 - usedPages, 0) * pageSize
}

/** The names of all databases, sorted. With a `transaction`, as of that. */
export function databaseNames(root: NativeRoot, transaction?: NativeTransaction): string[] {
  const keys = root.getKeys(transaction ? { transaction } : {})
  // lmdb-js ends names with a zero; the marker begins with one.
  const names = Array.from(keys, (key) => Buffer.from(key).toString().replace(/\0$/, ''))
  return names.filter((name) => !name.startsWith('\0')).sort()
}

function pagesOf({ treeBranchPageCount, treeLeafPageCount, overflowPages }: NativeTree): number {
  return treeBranchPageCount + treeLeafPageCount + overflowPages
}

/** LMDB lists its readers as text: a heading, then a line for each that holds a transaction. */
function countReaders(root: NativeRoot): number {
  return root
    .readerList()
    .split('\n')
    .filter((line) => /^\s*\d+ \S+ \d+$/.test(line)).length
}
