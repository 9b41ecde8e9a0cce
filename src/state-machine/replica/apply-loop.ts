/** Applies what is committed, in order, a chunk at a time, until there is no more, it is paused, or something fails. */
import { setImmediate } from 'node:timers/promises'
import { HoldfastError, reasonOf, WriteFailedError } from '../../errors.ts'
import { notify } from '../../observer.ts'
import { failIfAsked } from '../../write-failure.ts'
import type { ApplyEntry } from '../core/check-chunk.ts'
import type { ApplyReport, StateMachine } from '../state-machine.ts'
import type { ReplicaSettings } from './options.ts'
import type { ReplicatedLog } from './replicated-log.ts'

export interface ApplyLoopParts {
  readonly log: ReplicatedLog
  readonly machine: StateMachine
  readonly settings: ReplicaSettings
  /** A chunk was applied. */
  readonly onApplied: (entries: readonly ApplyEntry[], report: ApplyReport) => void
  /** It cannot be gone on. */
  readonly onFailed: (error: unknown) => void
}

export class ApplyLoop {
  readonly #parts: ApplyLoopParts
  #committed = 0
  #working: Promise<void> | undefined
  /** Goes false in the very step in which the loop finds that there is no more: nothing that is said after that is overheard. */
  #isWorking = false
  #isHalted = false
  #cancelRetry: (() => void) | undefined

  constructor(parts: ApplyLoopParts) {
    this.#parts = parts
  }

  get committed(): number {
    return this.#committed
  }

  /** Everything through `index` is committed. Never goes back. */
  advance(index: number): void {
    this.#committed = Math.max(this.#committed, index)
    this.#wake()
  }

  /** Resolves when nothing is being applied, and until {@link resume} nothing is begun. */
  async halt(): Promise<void> {
    this.#isHalted = true
    this.#stopRetrying()
    await this.#working
  }

  resume(): void {
    this.#isHalted = false
    this.#wake()
  }

  /** Resolves when everything that is committed by then was applied, or applying has stalled or failed. */
  async settled(): Promise<void> {
    await this.#working
  }

  #wake(): void {
    if (this.#isHalted || this.#isWorking) return
    this.#stopRetrying()
    this.#isWorking = true
    this.#working = this.#work()
  }

  async #work(): Promise<void> {
    try {
      while (!this.#isHalted && this.#next <= this.#committed) {
        await this.#applyOne()
        // A chunk may be applied without waiting for anything: then timers, peers and snapshots would wait for the whole backlog.
        await setImmediate()
      }
    } catch (error) {
      const isClean = error instanceof WriteFailedError && !error.inDoubt
      if (isClean) this.#stall(error)
      else this.#parts.onFailed(error)
    } finally {
      this.#isWorking = false
    }
  }

  get #next(): number {
    return this.#parts.machine.applied().index + 1
  }

  async #applyOne(): Promise<void> {
    const { log, machine, settings, onApplied } = this.#parts
    const entries = log.entries(this.#next, this.#committed, settings.chunk)
    const at = { log: log.name, operation: 'apply' }
    failIfAsked(settings.failpoints, 'replica.apply.before', at)
    const report = await machine.applyChunk(entries)
    try {
      failIfAsked(settings.failpoints, 'replica.apply.after', at)
    } catch (error) {
      throw error instanceof HoldfastError ? new LostReportError(error) : error
    }
    onApplied(entries, report)
  }

  #stall(error: unknown): void {
    const { settings, log } = this.#parts
    notify(() => settings.listener.onStalled?.(error))
    notify(() => settings.observer.onReplicaStall?.({ log: log.name, reason: reasonOf(error), error }))
    if (!this.#isHalted) this.#cancelRetry = settings.clock.after(settings.retryMs, () => this.#wake())
  }

  #stopRetrying(): void {
    this.#cancelRetry?.()
    this.#cancelRetry = undefined
  }
}

/** A chunk was applied, and its report did not come back: who waits for its results can never be told. */
class LostReportError extends Error {
  override readonly name = 'LostReportError'

  constructor(cause: unknown) {
    super('entries were applied and their results are lost', { cause })
  }
}
