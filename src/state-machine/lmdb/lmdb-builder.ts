/** A new generation on its way into use. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { WriteFailedError } from '../../errors.ts'
import { classifyWriteFailure, failIfAsked, InjectedFailure } from '../../write-failure.ts'
import type { Row, StateHead } from '../core/values.ts'
import type { StateBuilder } from '../medium.ts'
import { dropPrepared, prepareCurrent, renameCurrent, syncCurrent } from './current-file.ts'
import type { GenerationPlace, LmdbGeneration } from './generation.ts'
import type { LmdbStateSite } from './sites.ts'

/** Rows of one transaction: it holds up the event loop. */
const rowsPerTransaction = 2000

export class LmdbBuilder implements StateBuilder {
  readonly #place: GenerationPlace
  readonly #generation: LmdbGeneration
  readonly #putInUse: () => void
  #isPublished = false

  constructor(place: GenerationPlace, generation: LmdbGeneration, putInUse: () => void) {
    this.#place = place
    this.#generation = generation
    this.#putInUse = putInUse
  }

  async add(rows: readonly Row[]): Promise<void> {
    for (let from = 0; from < rows.length; from += rowsPerTransaction) {
      this.#failIfAsked('state.lmdb.build.rows')
      this.#generation.append(rows.slice(from, from + rowsPerTransaction))
      await nextTurn()
    }
  }

  finish(head: StateHead): void {
    if (this.#generation.head !== head) this.#generation.setHead(head)
  }

  publish(): void {
    const { directory } = this.#place
    this.#cleanly(() => {
      prepareCurrent(directory, this.#generation.number)
      this.#failIfAsked('state.lmdb.publish.before_rename')
      renameCurrent(directory)
    })
    // From here on another process would open the new generation.
    this.#isPublished = true
    this.#inDoubt(() => {
      this.#hit('state.lmdb.publish.after_rename')
      syncCurrent(directory)
      this.#hit('state.lmdb.publish.after_sync')
    })
    this.#putInUse()
  }

  async discard(): Promise<void> {
    if (this.#isPublished) return
    this.#isPublished = true
    await this.#generation.close()
    await this.#generation.remove()
  }

  #cleanly(body: () => void): void {
    try {
      body()
    } catch (cause) {
      dropPrepared(this.#place.directory)
      throw this.#failure(cause, false)
    }
  }

  #inDoubt(body: () => void): void {
    try {
      body()
    } catch (cause) {
      this.#generation.abandon()
      throw this.#failure(cause, true)
    }
  }

  #failure(cause: unknown, inDoubt: boolean): unknown {
    const failure = classifyWriteFailure(cause)
    if (failure === undefined) return cause
    const { reason } = failure
    return new WriteFailedError({ log: this.#place.name, operation: 'publish', reason, inDoubt, cause })
  }

  #failIfAsked(site: LmdbStateSite): void {
    failIfAsked(this.#place.failpoints, site, { log: this.#place.name, operation: 'publish' })
  }

  #hit(site: LmdbStateSite): void {
    const asked = this.#place.failpoints?.hit(site)
    if (asked !== undefined) throw new InjectedFailure(site, asked)
  }
}
