/**
 * The mark of a reset that has begun: it is there before the empty state is, and until the old snapshots are gone. So a crash between
 * the two does not leave snapshots of a state that was given up.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { syncDirectory } from '../../files/index.ts'

export class ResetMark {
  readonly #directory: string
  readonly #path: string

  constructor(directory: string) {
    this.#directory = directory
    this.#path = join(directory, 'reset')
  }

  get isSet(): boolean {
    return existsSync(this.#path)
  }

  /** Durable when it returns. */
  set(): void {
    writeFileSync(this.#path, '')
    syncDirectory(this.#directory)
  }

  clear(): void {
    rmSync(this.#path, { force: true })
    syncDirectory(this.#directory)
  }
}
