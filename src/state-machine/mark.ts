/**
 * The mark of something that has begun and must be ended by whoever opens the directory next: a file without content, that is there
 * before the first step, and until the last.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { syncDirectory } from '../files/index.ts'

export class Mark {
  readonly #directory: string
  readonly #path: string

  constructor(directory: string, name: string) {
    this.#directory = directory
    this.#path = join(directory, name)
  }

  get isSet(): boolean {
    return existsSync(this.#path)
  }

  /** Durable when it returns. */
  set(): void {
    writeFileSync(this.#path, '')
    syncDirectory(this.#directory)
  }

  /** Durable when it returns. */
  clear(): void {
    rmSync(this.#path, { force: true })
    syncDirectory(this.#directory)
  }
}
