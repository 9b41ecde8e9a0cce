/** A recovered state and its files: what a write, a checkpoint and a switch to another state do to them. */
import { join } from 'node:path'
import { classifyWriteFailure } from '../../write-failure.ts'
import type { AppliedState, StateFormat } from '../core/values.ts'
import type { StateBuilder, StateWrites } from '../medium.ts'
import { encodeBatch } from './batch.ts'
import type { WrittenSince } from './checkpoint-schedule.ts'
import { clearLeftovers, clearReplaced, removeIfThere } from './clear-files.ts'
import { type CheckpointFile, type Current, switchCurrent } from './current-file.ts'
import { checkpointName, stagingSuffix } from './file-names.ts'
import { FileStateBuilder } from './file-state-builder.ts'
import { MapState } from './map-state.ts'
import type { FilePlace } from './place.ts'
import type { FoundState } from './recover-files.ts'
import { WriteAheadLog, type WriteAheadLogOptions } from './write-ahead-log.ts'
import { writeCheckpoint } from './write-checkpoint.ts'
import { EndedError, type WriteGuard } from './write-guard.ts'

/** A place in the log: the last index, and the bytes of records up to there. */
interface Mark {
  readonly index: number
  readonly bytes: number
}

export class StateFiles {
  readonly #place: FilePlace
  readonly #guard: WriteGuard
  readonly #log: WriteAheadLog
  #current: Current
  #state: MapState
  #durable: AppliedState
  /** What the last checkpoint covers, and what the last attempt at one would have covered. */
  #covered: Mark
  #attempted: Mark
  #nextCheckpoint: number
  #end: 'closed' | 'abandoned' | undefined

  /** Makes durable what was found. @throws {WriteFailedError} */
  constructor(place: FilePlace, guard: WriteGuard, found: FoundState, options: WriteAheadLogOptions) {
    const { current, state, replayedEntries } = found
    this.#place = place
    this.#guard = guard
    this.#log = new WriteAheadLog(place, guard, { storeId: current.storeId, found: found.log }, options)
    this.#current = current
    this.#state = state
    this.#durable = state.head.applied
    this.#covered = { index: this.#durable.index - replayedEntries, bytes: 0 }
    this.#attempted = this.#covered
    this.#nextCheckpoint = (current.checkpoint?.number ?? 0) + 1
  }

  get state(): MapState {
    return this.#state
  }

  get format(): StateFormat {
    return this.#current.format
  }

  get durable(): AppliedState {
    return this.#durable
  }

  get isSynced(): boolean {
    return this.#log.isSynced
  }

  /** Since the last attempt at a checkpoint. */
  get writtenSince(): WrittenSince {
    return {
      entries: this.#state.head.applied.index - this.#attempted.index,
      bytes: this.#log.bytes - this.#attempted.bytes,
      checkpointBytes: this.#current.checkpoint?.bytes ?? 0,
    }
  }

  get checkpointBytes(): number {
    return this.#current.checkpoint?.bytes ?? 0
  }

  /** Whether a checkpoint has all that was applied. */
  get isCovered(): boolean {
    return this.#covered.index === this.#state.head.applied.index
  }

  /** Removes what a crash left. Returns the names. */
  clearLeftovers(): string[] {
    return this.#clearing(() => clearLeftovers(this.#place, this.#current, this.#log.segment)) ?? []
  }

  /** The log first; then memory, in one step. */
  write({ before, after, encoded, rows, collected }: StateWrites): void {
    this.#log.append(encodeBatch(before.applied, after.applied, encoded))
    if (this.#log.isSynced) this.#durable = after.applied
    for (const change of rows.values()) {
      if (change.after === undefined) this.#state.remove(change.key)
      else this.#state.put(change.after)
    }
    for (const lease of collected) this.#state.collect(lease)
    this.#state.setHead(after)
  }

  sync(): void {
    this.#assertGoingOn()
    this.#log.sync()
    this.#durable = this.#state.head.applied
  }

  /** The state stands still while it is written; what is applied meanwhile goes to the next segment of the log. */
  async takeCheckpoint(): Promise<void> {
    this.#assertGoingOn()
    const { applied } = this.#state.head
    this.#attempted = { index: applied.index, bytes: this.#log.bytes }
    const firstSegment = this.#log.rotate('checkpoint')
    this.#durable = applied
    const covered = { index: applied.index, bytes: this.#log.bytes }
    const checkpoint = await this.#writeCheckpoint(this.#nextCheckpoint++, new MapState(this.#state))
    this.#switch('checkpoint', { checkpoint, firstSegment })
    this.#covered = covered
  }

  /** @param settled  resolves when no checkpoint is at work */
  build(settled: () => Promise<void>): StateBuilder {
    const number = this.#nextCheckpoint++
    return new FileStateBuilder({
      write: (state) => this.#writeCheckpoint(number, state),
      publish: async (state, checkpoint) => {
        await settled()
        this.#adopt(state, checkpoint)
      },
      discard: () => this.#discardCheckpoint(number),
    })
  }

  /** Ends what is at work: not another byte is written. */
  end(how: 'closed' | 'abandoned'): void {
    this.#end ??= how
  }

  giveUp(): void {
    this.#log.close()
  }

  async #writeCheckpoint(number: number, state: MapState): Promise<CheckpointFile> {
    this.#guard.assertUsable('checkpoint')
    const isEnded = (): boolean => this.#end !== undefined
    return await this.#guard.attemptAside(
      'checkpoint',
      () => writeCheckpoint(this.#place, { number, state, format: this.format, isEnded }),
      () => this.#discardCheckpoint(number),
    )
  }

  /** After a doubt the next open decides what is to stay. */
  #discardCheckpoint(number: number): void {
    if (this.#end === 'abandoned' || this.#guard.isPoisoned) return
    const path = join(this.#place.directory, checkpointName(number))
    for (const each of [path, path + stagingSuffix]) removeIfThere(each)
  }

  #adopt(state: MapState, checkpoint: CheckpointFile): void {
    if (this.#end !== undefined)
      throw new EndedError('the state machine ended before the install took effect')
    const firstSegment = this.#log.rotate('install')
    this.#switch('install', { checkpoint, firstSegment })
    this.#state = state
    this.#durable = state.head.applied
    this.#covered = { index: this.#durable.index, bytes: this.#log.bytes }
    this.#attempted = this.#covered
  }

  #assertGoingOn(): void {
    if (this.#end !== undefined) throw new EndedError('the state machine has ended')
  }

  #switch(operation: string, parts: Pick<Current, 'checkpoint' | 'firstSegment'>): void {
    const before = this.#current
    const next = { ...before, ...parts, serial: before.serial + 1 }
    switchCurrent(this.#place, this.#guard, operation, next)
    this.#current = next
    this.#clearing(() => clearReplaced(this.#place, before, next))
  }

  /** What cannot be removed now is removed by the next open. */
  #clearing<T>(clear: () => T): T | undefined {
    try {
      return clear()
    } catch (error) {
      if (classifyWriteFailure(error) !== undefined) return undefined
      this.#guard.poison(error)
      throw error
    }
  }
}
