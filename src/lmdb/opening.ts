/** The way to an open environment: everything that must hold before LMDB is let near a file. */
import { closeSync, existsSync, lstatSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { InvalidArgumentError, LogNotFoundError } from '../errors.ts'
import { makeDirectoryDurable, publishFile, syncDirectory, syncFile } from '../files/index.ts'
import { assertAddressSpace, assertRoomIn } from './disk-space.ts'
import { forgetDoubt, noteDoubt } from './doubt-note.ts'
import type { FileCheck } from './file-check.ts'
import type { NativeRoot } from './native.ts'
import { dataFileName, openRoot, writeMarker } from './root-database.ts'
import { assertDataFileIsSound, type CheckedFile } from './tree-check.ts'

const stagingName = 'holdfast.staging'
const readersFileName = 'lock.mdb'
/** More than a new data file and LMDB's table of readers take. */
const creationBytes = 256 * 1024
/** LMDB ends the process when it runs out of descriptors half way through opening. */
const sparedDescriptors = 6

/** Makes the directory, or finds it. @throws {LogNotFoundError} it is not there, with a data file, and is not to be made */
export function prepareDirectory(directory: string, create: boolean): void {
  if (create) {
    makeDirectoryDurable(directory)
    return
  }
  const found = statSync(directory, { throwIfNoEntry: false })
  if (found !== undefined && !found.isDirectory()) {
    throw new InvalidArgumentError(
      'directory',
      `Cannot open ${directory}: it is a file; give the path of a directory`,
    )
  }
  // Before the lock, whose file would be left in a directory that is none of ours.
  if (found === undefined || !hasDataFile(directory)) throw notFound(directory)
}

/**
 * Under the owner lock: clears what a crash left, and makes a data file where there is none and one is wanted. On return the
 * file, its bytes and its name are durable.
 */
export function prepareDataFile(directory: string, create: boolean): void {
  rmSync(join(directory, stagingName), { recursive: true, force: true })
  assertDescriptors(directory)
  assertRoomForReaders(directory)
  if (hasDataFile(directory)) {
    makeFoundDurable(directory)
    return
  }
  if (!create) throw notFound(directory)
  publishNewDataFile(directory)
}

/**
 * Under the owner lock: throws unless LMDB can be let near the data file, as far as `check` goes.
 * @param isInDoubt  whether the directory has the note of a commit in doubt
 * @returns what is known of the file, where pages are to be checked as they are used
 */
export function assertDataFile(
  directory: string,
  check: FileCheck,
  isInDoubt: boolean,
): CheckedFile | undefined {
  return assertDataFileIsSound(join(directory, dataFileName), check, isInDoubt)
}

/**
 * Under the owner lock, where a commit in doubt is noted, before anyone is shown what is in the environment. A commit whose meta
 * page could not be written may be on the disk all the same, though LMDB and the kernel's cache show the one before it: a loss of
 * power would bring it back, and take with it what was acked since. A commit of our own takes its meta page. Durable when it returns.
 */
export function settleDoubt(directory: string, root: NativeRoot): void {
  writeMarker(root)
  forgetDoubt(directory)
}

/** LMDB makes its table of readers where there is none, and ends the process when it cannot. @throws {NoRoomError} */
export function assertRoomForReaders(directory: string): void {
  if (!existsSync(join(directory, readersFileName))) assertRoomIn(directory, creationBytes)
}

/** @throws {NoRoomError} there is no address space for a map of that size */
export function assertCanMap(mapSize: number | undefined): void {
  if (mapSize !== undefined) assertAddressSpace(mapSize)
}

/** @throws {LogNotFoundError} it is a link to nothing: a volume that is not mounted must not look like a new log */
function hasDataFile(directory: string): boolean {
  const path = join(directory, dataFileName)
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return false
  if (existsSync(path)) return true
  throw new LogNotFoundError(
    directory,
    `The data file in ${directory} is a link to nothing; is its volume mounted?`,
  )
}

/**
 * What an owner that was killed had written may be in the kernel's memory alone, and is seen all the same. Whoever is shown it
 * may act on it, so it is made durable first.
 */
function makeFoundDurable(directory: string): void {
  try {
    syncFile(join(directory, dataFileName))
    syncDirectory(directory)
  } catch (error) {
    // The kernel reports a lost page once: the next open must not believe its sync.
    noteDoubt(directory, error)
    throw error
  }
}

function notFound(directory: string): LogNotFoundError {
  return new LogNotFoundError(
    directory,
    `No log is in ${directory}; check the path, or open it with create: true`,
  )
}

/** Builds a data file that holds only the marker, and publishes it whole. */
function publishNewDataFile(directory: string): void {
  const staging = join(directory, stagingName)
  mkdirSync(staging)
  const root = openRoot(staging)
  try {
    writeMarker(root)
  } finally {
    // LMDB hands out an environment that is still open once more, with the failure that it has not got over.
    void root.close()
  }
  try {
    publishFile(join(staging, dataFileName), join(directory, dataFileName))
    rmSync(staging, { recursive: true, force: true })
    syncDirectory(directory)
  } catch (error) {
    // Its name may not be durable, and no later sync can be trusted to make it so. Nothing is in it yet.
    rmSync(join(directory, dataFileName), { force: true })
    throw error
  }
}

function assertDescriptors(directory: string): void {
  const descriptors: number[] = []
  try {
    while (descriptors.length < sparedDescriptors) descriptors.push(openSync(directory, 'r'))
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor)
  }
}
