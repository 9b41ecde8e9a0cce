/**
 * A state on LMDB. A generation is a directory with one environment that holds a whole state; the file CURRENT names the one in use.
 * A chunk is one fully synced transaction of it. A new whole state is another generation, complete and durable before CURRENT is
 * renamed over.
 */
import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { CorruptionError } from '../../errors.ts'
import { makeDirectoryDurable, syncDirectory } from '../../files/index.ts'
import { checkDirectory, OwnerLock } from '../../lmdb/index.ts'
import { refusingCleanly } from '../../write-failure.ts'
import {
  type AppliedState,
  emptyHead,
  type Lease,
  type Row,
  type StateFormat,
  type StateHead,
  type StoredCounts,
} from '../core/values.ts'
import { ForeignStateError } from '../errors.ts'
import { Mark } from '../mark.ts'
import type { MediumRecovery, PinnedState, StateMedium, StateWrites } from '../medium.ts'
import { dropPrepared, generationName, listGenerations, readCurrent } from './current-file.ts'
import { type GenerationPlace, LmdbGeneration } from './generation.ts'
import { inspectImage } from './inspect-image.ts'
import { LmdbBuilder } from './lmdb-builder.ts'
import { LmdbImages } from './lmdb-images.ts'
import { lmdbStateSites } from './sites.ts'

export class LmdbStateMedium implements StateMedium {
  readonly name: string
  readonly directory: string
  readonly native: LmdbImages
  readonly #place: GenerationPlace
  #format: StateFormat | undefined
  #generation: LmdbGeneration | undefined
  #lock: OwnerLock | undefined
  #lastNumber = 0
  /** Generations that nobody is to read any more, on their way out. */
  readonly #leaving = new Set<Promise<void>>()

  constructor(place: GenerationPlace) {
    checkDirectory(place.directory)
    this.name = place.name
    this.directory = resolve(place.directory)
    this.#place = { ...place, directory: this.directory }
    place.failpoints?.declare(lmdbStateSites)
    this.native = new LmdbImages(this.#place, {
      current: () => this.#current(),
      builder: (generation) => this.#builderOf(generation),
      takeNumber: () => ++this.#lastNumber,
    })
  }

  get format(): StateFormat {
    if (this.#format === undefined) throw new Error('the state is not open')
    return this.#format
  }

  get head(): StateHead {
    return this.#current().head
  }

  /** Every transaction is synced before it returns. */
  get durable(): AppliedState {
    return this.head.applied
  }

  recover(format: StateFormat): MediumRecovery {
    return refusingCleanly(this.name, () => {
      makeDirectoryDurable(this.directory)
      const { allowUnlocked = false } = this.#place.environment
      this.#lock = OwnerLock.acquire(this.directory, { allowUnlocked })
      try {
        // A CURRENT that was renamed right before a crash is seen, and must stay before what it replaced is removed.
        syncDirectory(this.directory)
        return this.#recover(format)
      } catch (error) {
        this.abandon()
        throw error
      }
    })
  }

  row(key: Uint8Array): Row | undefined {
    return this.#current().tables.row(key)
  }

  rowToPlan(key: Uint8Array): Row | undefined {
    return this.#current().tables.rowToPlan(key)
  }

  rows(...[range, limit]: Parameters<StateMedium['rows']>): Row[] {
    return this.#current().tables.rowsIn(range, limit)
  }

  leases(...[range, limit]: Parameters<StateMedium['leases']>): Lease[] {
    const { counts, tables } = this.#current()
    // Each chunk asks, and in a state without leases to look for some would be a tenth of applying one entry.
    return counts.leases === 0 ? [] : tables.leasesIn(range, limit)
  }

  write(writes: StateWrites): void {
    this.#current().write(writes)
  }

  collect(leases: readonly Lease[]): void {
    this.#current().collect(leases)
  }

  counts(): StoredCounts {
    return this.#current().counts
  }

  /** Nothing waits to be synced. */
  sync(): void {}

  checkpoint(): void {}

  pin(): PinnedState {
    return this.#current().pin()
  }

  build(): LmdbBuilder {
    return this.#builderOf(LmdbGeneration.create(this.#place, ++this.#lastNumber, this.format, emptyHead))
  }

  sizeBytes(): number {
    return this.#current().environment.stats().sizeBytes
  }

  async close(): Promise<void> {
    await this.#generation?.close()
    while (this.#leaving.size > 0) await Promise.allSettled(this.#leaving)
    this.#lock?.release()
  }

  abandon(): void {
    this.#generation?.abandon()
    this.#lock?.release()
  }

  #recover(format: StateFormat): MediumRecovery {
    const current = readCurrent(this.name, this.directory)
    const numbers = listGenerations(this.directory)
    const creating = new Mark(this.directory, 'creating')
    if (current === undefined && !creating.isSet) this.#assertNoState(numbers)
    this.#lastNumber = Math.max(0, ...numbers)
    if (current !== undefined) this.#open(current, format)
    const removed = this.#clear(numbers.filter((number) => number !== current))
    if (current === undefined) {
      creating.set()
      this.#create(format)
    }
    if (creating.isSet) creating.clear()
    return { isNew: current === undefined, replayedEntries: 0, droppedBytes: 0, removed }
  }

  #open(number: number, format: StateFormat): void {
    const generation = LmdbGeneration.open(this.#place, number)
    this.#generation = generation
    const found = generation.tables.format()
    if (found.clusterId !== format.clusterId || found.isTtlEnabled !== format.isTtlEnabled) {
      const theirs = `cluster ${JSON.stringify(found.clusterId)}, times to live ${found.isTtlEnabled ? 'on' : 'off'}`
      throw new ForeignStateError(this.name, `the state in ${this.directory} is of ${theirs}`)
    }
    this.#format = found
  }

  #create(format: StateFormat): void {
    this.#format = format
    this.build().publish()
  }

  /**
   * A crash while creating leaves a mark, and perhaps a generation of which LMDB had written some pages, and not others. Without the
   * mark, one with a state has lost its CURRENT.
   */
  #assertNoState(numbers: readonly number[]): void {
    for (const number of numbers) {
      const found = inspectImage(this.name, join(this.directory, generationName(number)))
      if (found === undefined || found.head.applied.index === 0) continue
      throw new CorruptionError(
        { log: this.name },
        `its file CURRENT is missing, and ${generationName(number)} holds a state of index ${found.head.applied.index}`,
      )
    }
  }

  /** Removes what a crash left. Returns the names. */
  #clear(numbers: readonly number[]): string[] {
    dropPrepared(this.directory)
    const names = numbers.map(generationName)
    for (const name of names) rmSync(join(this.directory, name), { recursive: true, force: true })
    return names
  }

  #builderOf(generation: LmdbGeneration): LmdbBuilder {
    return new LmdbBuilder(this.#place, generation, () => this.#replace(generation))
  }

  /** Puts `generation` in use; the old one goes when nobody reads it any more. */
  #replace(generation: LmdbGeneration): void {
    const old = this.#generation
    this.#generation = generation
    if (old === undefined) return
    const leaving = this.#remove(old)
    this.#leaving.add(leaving)
    void leaving.finally(() => this.#leaving.delete(leaving))
  }

  async #remove(old: LmdbGeneration): Promise<void> {
    await old.close()
    try {
      if (this.#place.failpoints?.hit('state.lmdb.remove_generation') === undefined) await old.remove()
    } catch {
      // The next open removes it: nothing names it any more.
    }
  }

  #current(): LmdbGeneration {
    if (this.#generation === undefined) throw new Error('the state is not open')
    return this.#generation
  }
}
