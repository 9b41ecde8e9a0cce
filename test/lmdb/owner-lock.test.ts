import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import Module from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { FeatureDisabledError, LogLockedError, WriteFailedError } from '../../src/errors.ts'
import { OwnerLock } from '../../src/lmdb/owner-lock.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

// Children are waited for, however busy the machine is.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const child = fileURLToPath(new URL('./children/hold-lock.mjs', import.meta.url))

/** Releases the lock with the test, however that ends. */
function acquire(directory: string, options?: { allowUnlocked?: boolean }): OwnerLock {
  const lock = OwnerLock.acquire(directory, options)
  onTestFinished(() => lock.release())
  return lock
}

function refusal(directory: string, options?: { allowUnlocked?: boolean }): unknown {
  try {
    acquire(directory, options)
    return undefined
  } catch (error) {
    return error
  }
}

const lockFile = (directory: string): string => join(directory, 'holdfast.lock')

interface Holder {
  readonly process: ChildProcess
  /** What it has printed, `lines` of them. */
  readonly said: readonly string[]
}

async function startHolder(directory: string, lines: number, ...flags: string[]): Promise<Holder> {
  const holder = spawn(process.execPath, [child, directory, ...flags], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => {
    holder.kill('SIGKILL')
    // The end of its input is the end of its child.
    holder.stdin.destroy()
  })
  const said: string[] = []
  for await (const line of createInterface({ input: holder.stdout })) {
    said.push(line)
    if (said.length === lines) break
  }
  return { process: holder, said }
}

async function kill(holder: Holder): Promise<void> {
  const ended = once(holder.process, 'exit')
  holder.process.kill('SIGKILL')
  await ended
}

/** Runs `what` as a user to whom permissions apply; root is asked to step down for it. */
function unprivileged<T>(what: () => T): T {
  if (process.getuid?.() !== 0) return what()
  process.seteuid?.(65_534)
  try {
    return what()
  } finally {
    process.seteuid?.(0)
  }
}

/** Replaces what loading the native module gives. */
function replaceNativeModule(by: () => unknown): void {
  const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown }
  const load = loader._load
  loader._load = function (request, ...rest) {
    return request === 'fs-native-extensions' ? by() : load.call(this, request, ...rest)
  }
  onTestFinished(() => {
    loader._load = load
  })
}

/** As on a host that it has no binary for. */
function withoutNativeModule(): void {
  replaceNativeModule(() => {
    throw new Error('Cannot find addon')
  })
}

/** As on a file system that answers `code` to who asks for a lock. */
function withLockError(code: string): void {
  const tryLock = () => {
    throw Object.assign(new Error(`cannot lock: ${code}`), { code })
  }
  replaceNativeModule(() => ({ tryLock }))
}

/** How many descriptors of this process are of a file in `directory`. */
function openDescriptors(directory: string): number {
  const paths = readdirSync('/proc/self/fd').map((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`)
    } catch {
      // That of the listing itself is closed by now.
      return ''
    }
  })
  return paths.filter((path) => path.startsWith(directory)).length
}

test('acquire() writes the pid of the owner into the lock file', () => {
  const directory = temporaryDirectory()
  writeFileSync(lockFile(directory), '1234567890\nleft by a longer pid')
  acquire(directory)
  expect(readFileSync(lockFile(directory), 'utf8')).toBe(`${process.pid}\n`)
})

test('acquire() refuses a second owner in the same process and names it', () => {
  const directory = temporaryDirectory()
  acquire(directory)
  const error = refusal(directory)
  expect(error).toBeInstanceOf(LogLockedError)
  expect(error).toMatchObject({ log: directory, ownerPid: process.pid })
})

test('acquire() does not disturb the owner when it refuses', () => {
  const directory = temporaryDirectory()
  acquire(directory)
  refusal(directory)
  expect(readFileSync(lockFile(directory), 'utf8')).toBe(`${process.pid}\n`)
  expect(refusal(directory)).toBeInstanceOf(LogLockedError)
})

test('acquire() refuses a second owner in another process', async () => {
  const directory = temporaryDirectory()
  acquire(directory)
  const { said } = await startHolder(directory, 1)
  expect(said).toEqual([`HOLDFAST_LOG_LOCKED ${process.pid}`])
})

test('acquire() is refused while another process is the owner, and names it', async () => {
  const directory = temporaryDirectory()
  const holder = await startHolder(directory, 1)
  expect(holder.said).toEqual(['held'])
  expect(refusal(directory)).toMatchObject({ code: 'HOLDFAST_LOG_LOCKED', ownerPid: holder.process.pid })
})

test('acquire() takes over from an owner that was killed', async () => {
  const directory = temporaryDirectory()
  const holder = await startHolder(directory, 1)
  await kill(holder)
  expect(refusal(directory)).toBeUndefined()
})

test('acquire() takes over from a killed owner whose child lives on', async () => {
  const directory = temporaryDirectory()
  const holder = await startHolder(directory, 2, '--with-child')
  const said = holder.said.find((line) => line.startsWith('child ')) ?? ''
  const grandchild = Number(said.slice('child '.length))
  await kill(holder)
  expect(process.kill(grandchild, 0)).toBe(true)
  expect(refusal(directory)).toBeUndefined()
})

test.each([
  ['nothing', ''],
  ['half a pid', '12'],
  ['something else', 'not a pid\n'],
  ['no process', '0\n'],
  ['more than a pid', `${process.pid}\n${process.pid}\n`],
])('acquire() names no owner when the lock file says %s', (_, text) => {
  const directory = temporaryDirectory()
  acquire(directory)
  writeFileSync(lockFile(directory), text)
  expect(refusal(directory)).toMatchObject({ code: 'HOLDFAST_LOG_LOCKED', ownerPid: undefined })
})

test('acquire() names no owner when the lock file still has the pid of a dead one', () => {
  const directory = temporaryDirectory()
  acquire(directory)
  const dead = spawnSync(process.execPath, ['-e', '']).pid
  writeFileSync(lockFile(directory), `${dead}\n`)
  expect(refusal(directory)).toMatchObject({ code: 'HOLDFAST_LOG_LOCKED', ownerPid: undefined })
})

test('release() frees the directory, forgets the pid and leaves the file', () => {
  const directory = temporaryDirectory()
  const lock = acquire(directory)
  const before = statSync(lockFile(directory)).ino
  lock.release()
  expect(readFileSync(lockFile(directory), 'utf8')).toBe('')
  expect(statSync(lockFile(directory)).ino).toBe(before)
  expect(refusal(directory)).toBeUndefined()
})

test('release() twice does nothing to the next owner', () => {
  const directory = temporaryDirectory()
  const lock = acquire(directory)
  lock.release()
  acquire(directory)
  lock.release()
  expect(refusal(directory)).toBeInstanceOf(LogLockedError)
})

test('using releases the lock', () => {
  const directory = temporaryDirectory()
  {
    using lock = OwnerLock.acquire(directory)
    expect(lock).toBeInstanceOf(OwnerLock)
  }
  expect(refusal(directory)).toBeUndefined()
})

test('locks of two directories are independent', () => {
  acquire(temporaryDirectory())
  expect(refusal(temporaryDirectory())).toBeUndefined()
})

test.runIf(existsSync('/proc/self/fd'))('a refused or released acquire() leaves no descriptor open', () => {
  const directory = temporaryDirectory()
  const lock = acquire(directory)
  expect(openDescriptors(directory)).toBe(1)
  refusal(directory)
  expect(openDescriptors(directory)).toBe(1)
  lock.release()
  expect(openDescriptors(directory)).toBe(0)
})

test('acquire() calls a directory that may not be written to read-only', () => {
  const directory = temporaryDirectory()
  chmodSync(directory, 0o555)
  const error = unprivileged(() => refusal(directory))
  expect(error).toBeInstanceOf(WriteFailedError)
  expect(error).toMatchObject({ log: directory, operation: 'open', reason: 'read_only', inDoubt: false })
  expect(error).toMatchObject({ cause: { code: 'EACCES' } })
})

test('acquire() passes other errors of the file system through', () => {
  expect(refusal(join(temporaryDirectory(), 'missing'))).toMatchObject({ name: 'Error', code: 'ENOENT' })
})

test.runIf(existsSync('/dev/full'))('acquire() needs no room on the disk', () => {
  const directory = temporaryDirectory()
  symlinkSync('/dev/full', lockFile(directory))
  acquire(directory)
  expect(refusal(directory)).toMatchObject({ code: 'HOLDFAST_LOG_LOCKED', ownerPid: undefined })
})

test('acquire() refuses a host without the native module, and says what to do', () => {
  withoutNativeModule()
  const directory = temporaryDirectory()
  const error = refusal(directory)
  expect(error).toBeInstanceOf(FeatureDisabledError)
  expect(error).toMatchObject({ feature: 'owner lock', cause: { message: 'Cannot find addon' } })
  expect((error as Error).message).toContain('allowUnlocked: true')
})

test('acquire() with allowUnlocked goes on without the native module', () => {
  withoutNativeModule()
  const directory = temporaryDirectory()
  expect(refusal(directory, { allowUnlocked: true })).toBeUndefined()
  expect(existsSync(lockFile(directory))).toBe(false)
})

test('acquire() with allowUnlocked still refuses where locks are to be had', () => {
  const directory = temporaryDirectory()
  acquire(directory, { allowUnlocked: true })
  expect(refusal(directory, { allowUnlocked: true })).toBeInstanceOf(LogLockedError)
})

test.each(['ENOLCK', 'ENOTSUP'])('acquire() refuses a file system that answers %s', (code) => {
  withLockError(code)
  const directory = temporaryDirectory()
  expect(refusal(directory)).toMatchObject({ code: 'HOLDFAST_FEATURE_DISABLED', cause: { code } })
  expect(refusal(directory, { allowUnlocked: true })).toBeUndefined()
})

test('acquire() passes other errors of locking through', () => {
  withLockError('EIO')
  expect(refusal(temporaryDirectory(), { allowUnlocked: true })).toMatchObject({ code: 'EIO' })
})
