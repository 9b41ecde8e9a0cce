/**
 * The directory of a store: one directory for each snapshot, called by its id, with two files in it. What is being written has
 * `.staging` after its name and what is being removed `.removed`: both mean nothing, and are cleared when they are found.
 * Nothing else in it is ours, and nothing else is touched.
 */
import {
  closeSync,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  rmdirSync,
  type Stats,
} from 'node:fs'
import { rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { unlinkFile, unlinkFileLater } from '../../files/index.ts'
import { isAbsent, isLossOfMedium, snapshotDefect, snapshotNotFound } from './snapshot-defects.ts'
import { parseSnapshotId } from './snapshot-id.ts'
import type { SnapshotInfo } from './snapshot-info.ts'
import { decodeSnapshotMetadata, metadataBytesMax } from './snapshot-metadata.ts'
import type { SnapshotPlace } from './snapshot-place.ts'

export const dataName = 'data'
export const metadataName = 'metadata'
const ours: readonly string[] = [dataName, metadataName]
export const stagingSuffix = '.staging'
export const removedSuffix = '.removed'

/** Ids of the published snapshots, whatever is in them, newest first. */
export function listSnapshotIds(directory: string): string[] {
  return readDirectory(directory)
    .filter((entry) => entry.isDirectory() && parseSnapshotId(entry.name) !== undefined)
    .map(({ name }) => name)
    .sort()
    .reverse()
}

/** The names that are ours: published or not. */
export function listOurNames(directory: string): string[] {
  return readDirectory(directory)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => parseSnapshotId(idOf(name)) !== undefined)
}

/** The id in the name of a published snapshot, or of what is left of one. */
export function idOf(name: string): string {
  const suffix = [stagingSuffix, removedSuffix].find((candidate) => name.endsWith(candidate)) ?? ''
  return name.slice(0, name.length - suffix.length)
}

/** Removes what writings that did not end, and removals that did not, have left behind. */
export function clearLeftovers(directory: string): void {
  for (const name of listOurNames(directory)) {
    if (idOf(name) !== name) discard(join(directory, name))
  }
}

/** Removes our files in the directory at `path`, and the directory if that was all: a file of another's stays. */
export function discard(path: string): void {
  const giveBack: ((() => void) | undefined)[] = []
  try {
    for (const name of ours) giveBack.push(unlessAbsent(() => unlinkFile(join(path, name))))
    unlessAbsent(() => rmdirSync(path))
  } catch (error) {
    if (!isNotEmpty(error)) throw error
  } finally {
    // Last: until gigabytes are given back, the removal of their directory would have to wait.
    for (const give of giveBack) give?.()
  }
}

/** As {@link discard}, on other threads. */
export async function discardLater(path: string): Promise<void> {
  const giveBack: ((() => void) | undefined)[] = []
  try {
    for (const name of ours) giveBack.push(await unlessAbsentLater(unlinkFileLater(join(path, name))))
    await unlessAbsentLater(rmdir(path))
  } catch (error) {
    if (!isNotEmpty(error)) throw error
  } finally {
    for (const give of giveBack) give?.()
  }
}

/**
 * Everything of snapshot `id` but its data: what it says of itself, that its files are there and nothing else is, and that the
 * data are as long as they should be.
 * @throws {SnapshotError} it is not there, or something of it is not as it was written
 * @throws {FormatVersionError} a later version of Holdfast wrote it
 */
export function inspectSnapshot(place: SnapshotPlace, id: string, operation: string): SnapshotInfo {
  if (typeof id !== 'string' || parseSnapshotId(id) === undefined) throw snapshotNotFound(id, operation)
  const path = join(place.directory, id)
  if (!isDirectory(path)) throw snapshotNotFound(id, operation)
  const foreign = readDirectory(path).find(({ name }) => !ours.includes(name))
  if (foreign !== undefined) {
    throw snapshotDefect(
      id,
      'corrupt',
      `its directory has ${JSON.stringify(foreign.name)}, which is not of it`,
    )
  }
  const info = decodeSnapshotMetadata(place.name, id, readMetadata(path, id))
  const { size } = fileIn(path, id, dataName)
  if (size < info.bytes)
    throw snapshotDefect(id, 'incomplete', `its data have ${size} bytes of ${info.bytes}`)
  if (size > info.bytes)
    throw snapshotDefect(id, 'corrupt', `its data have ${size} bytes where ${info.bytes} belong`)
  return info
}

function readMetadata(path: string, id: string): Uint8Array {
  const { size } = fileIn(path, id, metadataName)
  if (size > metadataBytesMax) throw snapshotDefect(id, 'corrupt', `its metadata have ${size} bytes`)
  const descriptor = openSync(join(path, metadataName), 'r')
  try {
    const bytes = Buffer.alloc(fstatSync(descriptor).size)
    return bytes.subarray(0, readSync(descriptor, bytes))
  } catch (error) {
    if (!isLossOfMedium(error)) throw error
    throw snapshotDefect(id, 'corrupt', 'its metadata cannot be read', error)
  } finally {
    closeSync(descriptor)
  }
}

/** Looked at before it is opened: opening a pipe would wait for its other end. */
function fileIn(path: string, id: string, name: string): Stats {
  try {
    const stats = lstatSync(join(path, name))
    if (stats.isFile()) return stats
  } catch (error) {
    if (!isAbsent(error)) throw error
    throw snapshotDefect(id, 'incomplete', `its ${name} file is missing`, error)
  }
  throw snapshotDefect(id, 'corrupt', `its ${name} is not a file`)
}

function isDirectory(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

/** An absent directory is an empty one: `create` makes it again. */
function readDirectory(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}

function unlessAbsent<T>(remove: () => T): T | undefined {
  try {
    return remove()
  } catch (error) {
    if (!isAbsent(error)) throw error
    return undefined
  }
}

async function unlessAbsentLater<T>(removing: Promise<T>): Promise<T | undefined> {
  try {
    return await removing
  } catch (error) {
    if (!isAbsent(error)) throw error
    return undefined
  }
}

function isNotEmpty(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOTEMPTY' || code === 'EEXIST'
}

/** A descriptor of the data of snapshot `id`. @throws {SnapshotError} it is not there, or cannot be read */
export function openData(place: SnapshotPlace, id: string): number {
  try {
    return openSync(join(place.directory, id, dataName), 'r')
  } catch (error) {
    if (isAbsent(error)) throw snapshotNotFound(id, 'open')
    throw isLossOfMedium(error) ? snapshotDefect(id, 'corrupt', 'its data cannot be read', error) : error
  }
}
