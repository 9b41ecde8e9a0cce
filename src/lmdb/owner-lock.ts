/**
 * One owner for a directory. The lock is the kernel's, on an open file description of `holdfast.lock`: the kernel drops it
 * when the process ends, however it ends, so a dead owner's directory is free at once and there is no stale lock to judge.
 * It also refuses a second owner in the same process, which the classic `fcntl` lock would not.
 *
 * Assumes a file system whose locks reach every process that may open the directory (NFS and its kind: ask their manuals).
 */
import { closeSync, constants, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { FeatureDisabledError, LogLockedError, WriteFailedError } from '../errors.ts'

/** The package has no type declarations: this is all that is used of it. */
interface FileLocks {
  /** False when another open file description holds a lock on the file. */
  tryLock(descriptor: number): boolean
}

const lockFileName = 'holdfast.lock'
/** Longer than any pid and its newline. */
const pidBytesMax = 32
/** What a kernel answers on a file system that has no locks. */
const noLocksCodes: readonly unknown[] = ['ENOLCK', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL']

/** The right to a directory, held from {@link OwnerLock.acquire} to {@link OwnerLock.release} or the end of the process. */
export class OwnerLock {
  #descriptor: number | undefined

  private constructor(descriptor: number | undefined) {
    this.#descriptor = descriptor
  }

  /**
   * Takes the lock of `directory`, which must exist, or throws at once. Creates `holdfast.lock` there if it is missing, and
   * never deletes it: a process that has it open would go on to lock a file that nobody else can see. Children spawned later
   * do not inherit the lock.
   * @param options `allowUnlocked`: go on without a lock on a host that has none to give. You promise by other means that
   *   the directory has a single owner; two of them destroy it. A lock that can be had is taken all the same. Default false
   * @throws {LogLockedError} it has an owner. `ownerPid` is `undefined` when the owner has not written it yet, or is not
   *   among the processes seen from here
   * @throws {WriteFailedError} the lock file may not be opened for writing (`read_only`): nothing was changed
   * @throws {FeatureDisabledError} this host has no native locks, or this file system none: use another, or `allowUnlocked`
   * @throws other errors of the file system as they are (`ENOENT`, `ENOSPC`)
   */
  static acquire(directory: string, options: { readonly allowUnlocked?: boolean } = {}): OwnerLock {
    const allowUnlocked = options.allowUnlocked ?? false
    const locks = loadFileLocks(allowUnlocked)
    if (locks === undefined) return new OwnerLock(undefined)
    const descriptor = openLockFile(directory)
    try {
      if (!tryLock(locks, descriptor, allowUnlocked)) {
        throw new LogLockedError(directory, readOwnerPid(descriptor))
      }
      writeOwnerPid(descriptor, `${process.pid}\n`)
    } catch (error) {
      closeSync(descriptor)
      throw error
    }
    return new OwnerLock(descriptor)
  }

  /** Gives the directory up. Calling it again does nothing. */
  release(): void {
    if (this.#descriptor === undefined) return
    const descriptor = this.#descriptor
    this.#descriptor = undefined
    // So that the next owner, between locking and writing its pid, is not taken for this one.
    writeOwnerPid(descriptor, '')
    closeSync(descriptor)
  }

  [Symbol.dispose](): void {
    this.release()
  }
}

/** Loaded when first needed, as not every host has it: importing Holdfast must work there too. */
function loadFileLocks(allowUnlocked: boolean): FileLocks | undefined {
  try {
    return createRequire(import.meta.url)('fs-native-extensions') as FileLocks
  } catch (cause) {
    if (allowUnlocked) return undefined
    throw lockDisabled('"fs-native-extensions" has no binary for this host (it has them for glibc)', cause)
  }
}

function openLockFile(directory: string): number {
  const path = join(directory, lockFileName)
  try {
    // Close-on-exec, as all of Node's descriptors: a spawned child must not keep the lock alive.
    return openSync(path, constants.O_RDWR | constants.O_CREAT, 0o644)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code !== 'EACCES' && code !== 'EROFS') throw cause
    throw new WriteFailedError({
      log: directory,
      operation: 'open',
      reason: 'read_only',
      inDoubt: false,
      cause,
    })
  }
}

function tryLock(locks: FileLocks, descriptor: number, allowUnlocked: boolean): boolean {
  try {
    return locks.tryLock(descriptor)
  } catch (cause) {
    if (!noLocksCodes.includes((cause as NodeJS.ErrnoException).code)) throw cause
    if (allowUnlocked) return true
    throw lockDisabled('the file system of the directory has no locks', cause)
  }
}

function lockDisabled(why: string, cause: unknown): FeatureDisabledError {
  return new FeatureDisabledError(
    'owner lock',
    `Cannot lock the directory: ${why}; run it elsewhere, or pass \`allowUnlocked: true\` and see to it by other means ` +
      'that it has a single owner',
    { cause },
  )
}

/** The pid is for messages, the lock is what counts: a full disk must not keep an owner from opening its log. */
function writeOwnerPid(descriptor: number, text: string): void {
  try {
    ftruncateSync(descriptor)
    writeSync(descriptor, text, 0)
  } catch {
    // Then a refused process is not told whom to look for.
  }
}

/** The process that says it has `directory` open, if it runs. Takes no lock, so it is a hint for people, not proof. */
export function findOwnerPid(directory: string): number | undefined {
  let descriptor: number | undefined
  try {
    descriptor = openSync(join(directory, lockFileName), constants.O_RDONLY)
    return readOwnerPid(descriptor)
  } catch {
    return undefined
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

function readOwnerPid(descriptor: number): number | undefined {
  try {
    const bytes = Buffer.alloc(pidBytesMax)
    const text = bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, pidBytesMax, 0))
    const pid = /^[1-9]\d{0,9}\n$/.test(text) ? Number(text) : undefined
    return pid !== undefined && isRunning(pid) ? pid : undefined
  } catch {
    // Where locks are mandatory (Windows) the file cannot be read while it is locked.
    return undefined
  }
}

/** A pid of the dead is a former owner's, killed before it could clear the file: the present one has yet to write its own. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
