/** Where a run records, and where it has its images. */
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { InvalidArgumentError } from '../../errors.ts'
import { messageOf } from '../../message-of.ts'
import { memoryDirectory } from '../memory-directory.ts'

const imagesPrefix = 'holdfast-images-'

export class WorkDirectory {
  /** The recordings that are kept. */
  readonly recordings: string
  /** The workload's directories. */
  readonly workloads: string
  readonly images: string
  readonly #isTemporary: boolean

  /** `given` is made when it is not there. @throws {InvalidArgumentError} it cannot be */
  constructor(given: string | undefined) {
    this.#isTemporary = given === undefined
    this.recordings =
      given === undefined ? mkdtempSync(join(tmpdir(), 'holdfast-power-loss-')) : resolve(given)
    makeGiven(this.recordings)
    this.workloads = mkdtempSync(join(this.recordings, 'workloads-'))
    this.images = makeImagesDirectory()
  }

  /** Removes everything but recordings that are kept. */
  remove(isRecordingKept: boolean): void {
    for (const path of [this.workloads, this.images]) rmSync(path, { recursive: true, force: true })
    if (this.#isTemporary && !isRecordingKept) rmSync(this.recordings, { recursive: true, force: true })
  }
}

function makeGiven(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (cause) {
    const message = `Cannot run in ${path}: ${messageOf(cause)}; give another directory`
    throw new InvalidArgumentError('directory', message, { cause })
  }
}

/**
 * A new directory for images. Its name says whose it is, and those of processes that were killed are removed: memory is not
 * given back by itself.
 */
export function makeImagesDirectory(parent: string = imagesParent()): string {
  const prefix = `${imagesPrefix}${processSpace()}-`
  for (const name of readdirSync(parent)) {
    const [, pid] = name.startsWith(prefix) ? (/^(\d+)-/.exec(name.slice(prefix.length)) ?? []) : []
    if (pid !== undefined && !isAlive(Number(pid)))
      rmSync(join(parent, name), { recursive: true, force: true })
  }
  return mkdtempSync(join(parent, `${prefix}${process.pid}-`))
}

/** Which processes a process id is one of: several containers may share a directory. */
function processSpace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')
  } catch {
    return hostname()
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Another user's, who alone can remove what is his.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** Images are many, and need not last. */
function imagesParent(): string {
  return memoryDirectory() ?? tmpdir()
}
