/** A new generation on its way into use. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { WriteFailedError } from '../../errors.ts'
import { classifyWriteFailure, failIfAsked, InjectedFailure } from '../../write-failure.ts'
import type { Row, StateHead } from '../core/values.ts'
import type { StateBuilder } from '../medium.ts'
import { dropPrepared, prepareCurrent, renameCurrent, syncCurrent } from './current-file.ts'
import type { GenerationPlace, LmdbGeneration } from './generation.ts'
import type { LmdbStateSite } from './sites.ts'

/** Rows of one transaction, which holds up the event loop. At first few: code that never ran takes several times as long. */
const rowsAtFirst = 250
const rowsMin = 50
const rowsMax = 2000
/** What a transaction may take, in milliseconds: behind one that took longer there are fewer rows, as on a medium that is busy. */
const transactionMs = 8

export class LmdbBuilder implements StateBuilder {
  readonly #place: GenerationPlace
  readonly #generation: LmdbGeneration
  readonly #putInUse: () => void
  #rowsPerTransaction = rowsAtFirst
  #isPublished = false

  constructor(place: GenerationPlace, generation: LmdbGeneration, putInUse: () => void) {
    this.#place = place
    this.#generation = generation
    this.#putInUse = putInUse
  }

  async add(rows: readonly Row[]): Promise<void> {
    for (let from = 0; from < rows.length; ) {
      this.#failIfAsked('state.lmdb.build.rows')
      const some = rows.slice(from, from + this.#rowsPerTransaction)
      const startedAt = performance.now()
      this.#generation.append(some)
      this.#adjust(performance.now() - startedAt)
      from += some.length
      await nextTurn()
    }
  }

  #adjust(tookMs: number): void {
    const rows = this.#rowsPerTransaction
    if (tookMs > transactionMs) this.#rowsPerTransaction = Math.max(rowsMin, rows >> 1)
    else if (tookMs < transactionMs / 2) this.#rowsPerTransaction = Math.min(rowsMax, rows * 2)
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
