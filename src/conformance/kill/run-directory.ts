/** Where a run has its logs: a directory for each of them, made by this run and by no other. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { InvalidArgumentError } from '../../errors.ts'
import { messageOf } from '../../message-of.ts'

export class RunDirectory {
  readonly path: string
  /** What {@link remove} removes: nothing that was there before. */
  readonly #made: string[] = []

  /**
   * Makes a directory for each name, in `given` or in a new temporary directory.
   * @throws {InvalidArgumentError} one of them is there already
   */
  constructor(given: string | undefined, names: readonly string[]) {
    if (given === undefined) {
      this.path = mkdtempSync(join(tmpdir(), 'holdfast-kill-'))
      this.#made.push(this.path)
    } else {
      this.path = resolve(given)
      makeGiven(this.path)
    }
    for (const name of names) this.#make(join(this.path, name))
  }

  remove(): void {
    for (const path of this.#made) rmSync(path, { recursive: true, force: true })
  }

  /** Of two runs that are given one directory, one makes it and the other learns that it is there. */
  #make(path: string): void {
    try {
      mkdirSync(path)
    } catch (error) {
      this.remove()
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      throw new InvalidArgumentError(
        'directory',
        `Cannot run in ${this.path}: ${path} is there, so another run uses it or has kept it after a failure; give another directory, or remove it`,
      )
    }
    this.#made.push(path)
  }
}

function makeGiven(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (cause) {
    throw new InvalidArgumentError(
      'directory',
      `Cannot run in ${path}: ${messageOf(cause)}; give another directory`,
      {
        cause,
      },
    )
  }
}
