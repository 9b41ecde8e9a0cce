/** Where a run records, and where it has its images. */
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { InvalidArgumentError } from '../../errors.ts'
import { messageOf } from '../../message-of.ts'

/** In memory, where a machine has it: images are many, and need not last. */
const memoryDirectory = '/dev/shm'

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

/** A new directory for images. */
export function makeImagesDirectory(): string {
  return mkdtempSync(join(imagesParent(), 'holdfast-images-'))
}

function imagesParent(): string {
  try {
    accessSync(memoryDirectory, constants.W_OK)
    return memoryDirectory
  } catch {
    return tmpdir()
  }
}
