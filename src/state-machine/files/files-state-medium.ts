/**
 * A state in memory, and in files: what every chunk did is appended to a log of effects and synced, and from time to time the
 * whole state is written down in a checkpoint, beside everything else, so that the log before it can go.
 *
 * Promises: a chunk that was written is there whole or not at all, whatever happens; what a sync covered stays. What is in memory
 * changes after the log was written, in one synchronous step. A checkpoint, an install and a reset take effect by one rename of
 * CURRENT. Assumes of the disk what `src/files` does.
 */
import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { makeDirectoryDurable, syncDirectory } from '../../files/index.ts'
import { OwnerLock } from '../../lmdb/owner-lock.ts'
import type { AppliedState, Lease, Row, StateFormat, StateHead, StoredCounts } from '../core/values.ts'
import type {
  LeaseRange,
  MediumRecovery,
  PinnedState,
  RowLimit,
  RowRange,
  StateBuilder,
  StateMedium,
  StateWrites,
} from '../medium.ts'
import { CheckpointSchedule } from './checkpoint-schedule.ts'
import { isOurs } from './file-names.ts'
import { type FilesOptions, type FilesPlace, type FilesSettings, settingsOf } from './options.ts'
import type { FilePlace } from './place.ts'
import { recoverFiles } from './recover-files.ts'
import { fileStateSites } from './sites.ts'
import { StateFiles } from './state-files.ts'
import { EndedError, WriteGuard } from './write-guard.ts'

export class FilesStateMedium implements StateMedium {
  readonly name: string
  readonly directory: string
  readonly #place: FilePlace
  readonly #settings: FilesSettings
  readonly #guard: WriteGuard
  readonly #schedule: CheckpointSchedule
  #lock: OwnerLock | undefined
  #recovered: StateFiles | undefined
  #isEnded = false
  #syncTimer: NodeJS.Timeout | undefined

  /** Nothing is touched before {@link recover}. @throws {InvalidArgumentError} an option is out of its range */
  constructor(place: FilesPlace, options: FilesOptions = {}) {
    this.name = place.name
    // The process may go to another working directory later.
    this.directory = resolve(place.directory)
    this.#place = { name: place.name, directory: this.directory, failpoints: place.failpoints }
    place.failpoints?.declare(fileStateSites)
    this.#settings = settingsOf(options)
    this.#guard = new WriteGuard(place.name)
    const { checkpointEntries: entries, checkpointAgeMs: ageMs, checkpointRatio: ratio } = this.#settings
    this.#schedule = new CheckpointSchedule(
      { entries, ageMs, ratio },
      () => this.#files.writtenSince,
      () => this.#takeCheckpoint(),
    )
  }

  get head(): StateHead {
    return this.#files.state.head
  }

  get format(): StateFormat {
    return this.#files.format
  }

  get durable(): AppliedState {
    return this.#files.durable
  }

  recover(format: StateFormat): Promise<MediumRecovery> {
    return this.#guard.attemptLater(
      'open',
      async () => {
        makeDirectoryDurable(this.directory)
        // A name that is there may not be durable yet.
        syncDirectory(this.directory)
        const { allowUnlocked } = this.#settings
        this.#lock = OwnerLock.acquire(this.directory, { allowUnlocked })
        try {
          return await this.#recover(format)
        } catch (error) {
          this.#lock.release()
          throw error
        }
      },
      () => undefined,
    )
  }

  row(key: Uint8Array): Row | undefined {
    return this.#files.state.row(key)
  }

  rows(range: RowRange, limit: RowLimit): Row[] {
    return this.#files.state.rows(range, limit)
  }

  leases(range: LeaseRange, limit: number): Lease[] {
    return this.#files.state.leases(range, limit)
  }

  counts(): StoredCounts {
    return this.#files.state.counts
  }

  pin(): PinnedState {
    return this.#files.state.pin()
  }

  /** While a checkpoint is written, each chunk lets it have its turn: else a caller that never waits would keep it from ending. */
  write(writes: StateWrites): void | Promise<void> {
    this.#files.write(writes)
    this.#startSyncTimer()
    this.#schedule.note()
    if (this.#schedule.isRunning) return setImmediate()
  }

  /** In memory alone: what comes back by a replay has expired all the same. */
  collect(leases: readonly Lease[]): void {
    for (const lease of leases) this.#files.state.collect(lease)
  }

  sync(): void {
    this.#files.sync()
  }

  async checkpoint(): Promise<void> {
    await this.#schedule.settled()
    this.sync()
    if (!this.#files.isCovered) await this.#schedule.start()
  }

  build(): StateBuilder {
    return this.#files.build(() => this.#schedule.settled())
  }

  sizeBytes(): number {
    const ours = readdirSync(this.directory).filter(isOurs)
    return ours.reduce((sum, name) => {
      return sum + (statSync(join(this.directory, name), { throwIfNoEntry: false })?.size ?? 0)
    }, 0)
  }

  async close(): Promise<void> {
    if (this.#isEnded || this.#recovered === undefined) return
    try {
      if (!this.#guard.isPoisoned) this.sync()
    } finally {
      this.#beginEnd('closed')
      await this.#schedule.settled()
      this.#giveUp()
    }
  }

  abandon(): void {
    if (this.#isEnded || this.#recovered === undefined) return
    this.#beginEnd('abandoned')
    this.#giveUp()
  }

  async #recover(format: StateFormat): Promise<MediumRecovery> {
    const found = await recoverFiles(this.#place, this.#guard, format)
    const { segmentBytes, sync } = this.#settings
    const files = new StateFiles(this.#place, this.#guard, found, {
      syncEach: sync === 'always',
      segmentBytes,
    })
    const removed = files.clearLeftovers()
    this.#recovered = files
    this.#schedule.note()
    const { isNew, replayedEntries, log } = found
    return { isNew, replayedEntries, droppedBytes: log.tail.droppedBytes, removed }
  }

  get #files(): StateFiles {
    if (this.#recovered === undefined) throw new Error(`state machine "${this.name}" was not recovered`)
    return this.#recovered
  }

  async #takeCheckpoint(): Promise<void> {
    const { onCheckpoint } = this.#settings
    const startedAt = performance.now()
    try {
      await this.#files.takeCheckpoint()
      const bytes = this.#files.checkpointBytes
      onCheckpoint?.({ durationMs: performance.now() - startedAt, bytes })
    } catch (error) {
      const isFailure = !(error instanceof EndedError)
      if (isFailure) onCheckpoint?.({ durationMs: performance.now() - startedAt, bytes: 0, error })
      throw error
    }
  }

  #startSyncTimer(): void {
    const { sync } = this.#settings
    if (typeof sync === 'string' || this.#files.isSynced) return
    this.#syncTimer ??= setTimeout(() => {
      this.#syncTimer = undefined
      try {
        if (!this.#isEnded) this.sync()
      } catch {
        // The medium is poisoned by it, and whoever calls next is told.
      }
    }, sync.everyMs).unref()
  }

  #beginEnd(how: 'closed' | 'abandoned'): void {
    this.#isEnded = true
    this.#files.end(how)
    this.#schedule.end()
    clearTimeout(this.#syncTimer)
  }

  #giveUp(): void {
    this.#files.giveUp()
    this.#lock?.release()
  }
}
