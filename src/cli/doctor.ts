/** `holdfast doctor`: whether this machine, and a directory on it, can keep a log; and what to do if not. */

import { spawnSync } from 'node:child_process'
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addressSpaceMax, fileSizeMax } from '../lmdb/process-limits.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { writeLines } from './write-lines.ts'

export interface DoctorOptions {
  readonly json?: boolean
}

export interface Diagnosis {
  readonly subject: string
  readonly outcome: 'ok' | 'warn' | 'bad'
  readonly says: string
}

/** Exit code 1 when anything is bad. Writes only into a temporary directory inside `directory`, and removes it. */
export async function doctor(directory: string | undefined, { json }: DoctorOptions): Promise<ExitCode> {
  const place = directory !== undefined && existsSync(directory) ? directory : tmpdir()
  const diagnoses = [
    diagnoseNode(),
    await diagnoseLmdb(),
    ...(directory === undefined ? [] : [diagnoseDirectory(directory)]),
    diagnoseFileSystem(place),
    ...(await diagnoseInside(place)),
    diagnoseLimits(),
    diagnoseStrace(),
  ]
  await writeLines(
    json ? [JSON.stringify({ directory: place, diagnoses }, undefined, 2)] : diagnoses.map(render),
  )
  return diagnoses.some(({ outcome }) => outcome === 'bad') ? exitCodes.bad : exitCodes.fine
}

function render({ subject, outcome, says }: Diagnosis): string {
  return `${outcome.padEnd(4)}  ${subject.padEnd(11)}  ${says}`
}

function diagnoseNode(): Diagnosis {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const isEnough = major > 20 || (major === 20 && minor >= 19)
  const says = `Node ${process.versions.node} on ${process.platform} ${process.arch}, ${libc()}`
  return isEnough
    ? { subject: 'node', outcome: 'ok', says }
    : { subject: 'node', outcome: 'bad', says: `${says}: install Node 20.19 or later` }
}

/** The C library: lmdb's binaries are built for one, and need at least a certain version of it. */
function libc(): string {
  if (process.platform !== 'linux') return 'system libraries'
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  return header.glibcVersionRuntime === undefined ? 'musl' : `glibc ${header.glibcVersionRuntime}`
}

/** Whether lmdb's binary loads, and what to do if not. */
export async function diagnoseLmdb(): Promise<Diagnosis> {
  try {
    await import('lmdb')
    return { subject: 'lmdb', outcome: 'ok', says: 'its binary loads; its install script is not needed' }
  } catch (error) {
    return {
      subject: 'lmdb',
      outcome: 'bad',
      says: `its binary does not load: ${adviseOnLmdb(String(error))}`,
    }
  }
}

/** What to do about an lmdb that does not load, by what the loader said. */
function adviseOnLmdb(said: string): string {
  if (/GLIBC_\S+' not found/.test(said)) {
    return `this machine's C library is too old for it; use a newer system, or build it with "npm rebuild lmdb --build-from-source" (${said})`
  }
  if (/No native build|Cannot find module|ERR_MODULE_NOT_FOUND/.test(said)) {
    return `its binary comes as an optional package, which was left out; install again without --omit=optional, on this kind of machine (${said})`
  }
  return `install again with "npm ci"; blocked install scripts are not the cause, for it needs none (${said})`
}

function diagnoseDirectory(directory: string): Diagnosis {
  const found = statSync(directory, { throwIfNoEntry: false })
  if (found === undefined)
    return {
      subject: 'directory',
      outcome: 'warn',
      says: `${directory} is not there yet: its file system was not looked at`,
    }
  if (!found.isDirectory())
    return { subject: 'directory', outcome: 'bad', says: `${directory} is a file: give a directory` }
  const hasLog = existsSync(join(directory, 'data.mdb'))
  return {
    subject: 'directory',
    outcome: 'ok',
    says: `${directory} holds ${hasLog ? 'a data file' : 'no log yet'}`,
  }
}

/** By the numbers of statfs(2). */
const fileSystems: Readonly<Record<number, { readonly name: string; readonly warning?: string }>> = {
  61267: { name: 'ext4' },
  1481003842: { name: 'xfs' },
  2435016766: { name: 'btrfs' },
  801189825: { name: 'zfs' },
  4076150800: { name: 'f2fs' },
  16914836: { name: 'tmpfs', warning: 'it is memory: nothing on it outlives the machine' },
  2035054128: { name: 'overlayfs', warning: "it is a container's own layer: give the log a real volume" },
  26985: { name: 'nfs', warning: 'a mapped file and a lock need a local disk' },
  4283649346: { name: 'cifs', warning: 'a mapped file and a lock need a local disk' },
  4266872130: { name: 'smb2', warning: 'a mapped file and a lock need a local disk' },
  1702057286: { name: 'fuse', warning: 'what a sync means there is up to the program behind it' },
}

function diagnoseFileSystem(place: string): Diagnosis {
  const { type, bavail, bsize } = statfsSync(place)
  const { name, warning } = fileSystems[type] ?? { name: `of type 0x${type.toString(16)}` }
  const free = `${((bavail * bsize) / 1e9).toFixed(1)} GB free`
  return warning === undefined
    ? { subject: 'file system', outcome: 'ok', says: `${name}, ${free}` }
    : { subject: 'file system', outcome: 'warn', says: `${name}, ${free}: ${warning}` }
}

/** What can only be told by writing. */
async function diagnoseInside(place: string): Promise<Diagnosis[]> {
  let inside: string
  try {
    inside = mkdtempSync(join(place, 'holdfast-doctor-'))
  } catch (error) {
    return [
      {
        subject: 'directory',
        outcome: 'bad',
        says: `nothing can be written there: ${(error as Error).message}`,
      },
    ]
  }
  try {
    return [await diagnoseLock(inside), diagnoseSync(inside)]
  } finally {
    rmSync(inside, { recursive: true, force: true })
  }
}

async function diagnoseLock(inside: string): Promise<Diagnosis> {
  const { OwnerLock } = await import('../lmdb/owner-lock.ts')
  try {
    using _lock = OwnerLock.acquire(inside)
    try {
      OwnerLock.acquire(inside).release()
      return {
        subject: 'lock',
        outcome: 'bad',
        says: 'a second owner is let in: this file system does not lock',
      }
    } catch {
      return { subject: 'lock', outcome: 'ok', says: 'a second owner is refused' }
    }
  } catch (error) {
    return { subject: 'lock', outcome: 'bad', says: (error as Error).message }
  }
}

const syncs = 200
const syncBytes = 4096
/** No disk known to us syncs faster: what does, has not. */
const syncMsPlausible = 0.01
/** Consensus engines have their elections time out in hundreds of milliseconds; etcd asks for a p99 under this. */
const syncMsWanted = 10

function diagnoseSync(inside: string): Diagnosis {
  try {
    return judgeSyncs(timeSyncs(join(inside, 'sync')))
  } catch (error) {
    return {
      subject: 'sync',
      outcome: 'bad',
      says: `nothing can be written there: ${(error as Error).message}`,
    }
  }
}

function judgeSyncs(unsorted: readonly number[]): Diagnosis {
  const times = [...unsorted].sort((a, b) => a - b)
  const [p50 = 0, p99 = 0] = [times[syncs / 2], times[Math.floor(syncs * 0.99)]]
  const figures = `${syncs} synced writes of ${syncBytes} bytes: p50 ${p50.toFixed(3)} ms, p99 ${p99.toFixed(3)} ms`
  if (p50 < syncMsPlausible) {
    return { subject: 'sync', outcome: 'warn', says: `${figures}: too fast to have reached a disk` }
  }
  return p99 > syncMsWanted
    ? { subject: 'sync', outcome: 'warn', says: `${figures}: slow, want a p99 under ${syncMsWanted} ms` }
    : { subject: 'sync', outcome: 'ok', says: figures }
}

/** Milliseconds of each write to a file whose blocks are there already, as a log's are. */
function timeSyncs(file: string): number[] {
  const block = new Uint8Array(syncBytes).fill(1)
  const descriptor = openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_DSYNC)
  try {
    writeSync(descriptor, block, 0, syncBytes, 0)
    return Array.from({ length: syncs }, () => {
      const startedAt = performance.now()
      writeSync(descriptor, block, 0, syncBytes, 0)
      return performance.now() - startedAt
    })
  } finally {
    closeSync(descriptor)
  }
}

/** Limits that a shell or a service manager set: a log meets them when it has grown. */
function diagnoseLimits(): Diagnosis {
  const limits = [
    ['ulimit -f', fileSizeMax()],
    ['ulimit -v', addressSpaceMax()],
  ] as const
  const set = limits.filter(([, bytes]) => bytes !== Number.POSITIVE_INFINITY)
  return set.length === 0
    ? { subject: 'limits', outcome: 'ok', says: 'neither the size of files nor the address space is limited' }
    : {
        subject: 'limits',
        outcome: 'warn',
        says: `${set.map(([name, bytes]) => `${name} is ${bytes} bytes`).join(', ')}: writes are refused before the log reaches it`,
      }
}

function diagnoseStrace(): Diagnosis {
  if (process.platform !== 'linux')
    return { subject: 'strace', outcome: 'ok', says: 'only used on Linux, for tests' }
  return spawnSync('strace', ['-V']).error === undefined
    ? { subject: 'strace', outcome: 'ok', says: 'is there, for the tests that need it' }
    : { subject: 'strace', outcome: 'warn', says: 'is not there: the tests that need it are skipped by name' }
}
