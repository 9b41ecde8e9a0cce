/** Where the trials of a suite have their directories: in memory where nothing else was asked for, since no trial needs a disk. */
import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryDirectory } from './memory-directory.ts'

export class TrialHome {
  /** `undefined`: the system's temporary directory. */
  readonly path: string | undefined
  readonly #isOurs: boolean

  /** `directory`: where the suite was told to work; it gets a directory `name` there. */
  constructor(name: string, directory: string | undefined) {
    this.path = directory === undefined ? memoryDirectory() : join(directory, name)
    this.#isOurs = directory !== undefined
  }

  /** Ours, and empty again. Whatever else is in it stays. */
  remove(): void {
    if (!this.#isOurs || this.path === undefined) return
    try {
      rmdirSync(this.path)
    } catch {
      // It is not there, or not empty.
    }
  }
}

/** Hands `body` a new directory in `home`, and removes it with what is left in it. */
export function inTrialDirectory<R>(
  home: string | undefined,
  prefix: string,
  body: (directory: string) => R,
): R {
  const { path, remove } = makeTrialDirectory(home, prefix)
  try {
    return body(path)
  } finally {
    remove()
  }
}

/** As {@link inTrialDirectory}, for who cannot be done with it at once: `remove` removes it with what is left in it. */
export function makeTrialDirectory(
  home: string | undefined,
  prefix: string,
): { readonly path: string; readonly remove: () => void } {
  const parent = home ?? tmpdir()
  mkdirSync(parent, { recursive: true })
  const path = mkdtempSync(join(parent, prefix))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
