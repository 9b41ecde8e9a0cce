/** One generation: an LMDB environment that holds one whole state. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { FailpointRegistry } from '../../../failpoints/index.ts'
import { encodeFrame } from '../../codec/index.ts'
import {
  type CompactImage,
  LmdbEnvironment,
  type LmdbEnvironmentOptions,
  type LmdbPin,
} from '../../lmdb/index.ts'
import { InjectedFailure, MediumChangedError } from '../../write-failure.ts'
import type { RowChange } from '../core/plan-chunk.ts'
import {
  type Lease,
  noCounts,
  type Row,
  type StateFormat,
  type StateHead,
  type StoredCounts,
} from '../core/values.ts'
import type { PinnedState, StateWrites } from '../medium.ts'
import { Counting } from './counting.ts'
import { generationName } from './current-file.ts'
import { LmdbPinnedState } from './lmdb-pinned-state.ts'
import {
  databaseNames,
  encodeApplied,
  encodeFormat,
  encodeMembership,
  leaseKey,
  metaKeys,
  noValue,
} from './records.ts'
import { RowWriter } from './row-writer.ts'
import type { LmdbStateSite } from './sites.ts'
import { LmdbTables } from './tables.ts'

export interface GenerationPlace {
  /** Of the state machine. */
  readonly name: string
  readonly directory: string
  readonly failpoints: FailpointRegistry | undefined
  readonly environment: Pick<LmdbEnvironmentOptions, 'mapSize' | 'allowUnlocked' | 'checkFile'>
}

const pageBytes = 4096
/** Branches, free list and neighbours that one commit copies besides the pages of its rows. */
const treePages = 96

export class LmdbGeneration {
  readonly number: number
  readonly tables: LmdbTables
  readonly environment: LmdbEnvironment
  readonly #place: GenerationPlace
  readonly #pins = new Set<PinnedState>()
  readonly #rows: RowWriter
  #head: StateHead
  #counts: StoredCounts

  /** Opens generation `number` as it is. @throws {CorruptionError} @throws {FormatVersionError} */
  static open(place: GenerationPlace, number: number): LmdbGeneration {
    return LmdbGeneration.#in(place, number, { create: false })
  }

  /** Makes a new, empty one; nothing of it is in use. Durable when it returns. */
  static create(
    place: GenerationPlace,
    number: number,
    format: StateFormat,
    head: StateHead,
  ): LmdbGeneration {
    return LmdbGeneration.#in(place, number, { create: true, format, head })
  }

  static #in(place: GenerationPlace, number: number, how: Opening): LmdbGeneration {
    const directory = join(place.directory, generationName(number))
    const options = {
      ...place.environment,
      create: how.create,
      databasesMax: databaseNames.length,
    }
    const environment = LmdbEnvironment.open(directory, options)
    try {
      return new LmdbGeneration(place, number, environment, how)
    } catch (error) {
      environment.close()
      throw error
    }
  }

  private constructor(place: GenerationPlace, number: number, environment: LmdbEnvironment, how: Opening) {
    this.number = number
    this.environment = environment
    this.#place = place
    const databases = databaseNames.flatMap(
      (name) => environment.openDatabase(name, { create: how.create }) ?? [],
    )
    this.tables = new LmdbTables(place.name, databases)
    this.#rows = new RowWriter(this.tables.rows)
    if (how.create) {
      this.#head = how.head
      this.#counts = noCounts
      this.#transact('create', 0, () => {
        this.#putMeta(metaKeys.format, encodeFormat(how.format))
        this.#putHead(how.head, noCounts)
      })
      return
    }
    const { head, counts } = this.tables.head()
    this.#head = head
    this.#counts = counts
  }

  get head(): StateHead {
    return this.#head
  }

  get counts(): StoredCounts {
    return this.#counts
  }

  /** A chunk, in one transaction. Durable when it returns. */
  write({ before, after, rows, collected }: StateWrites): void {
    const counts = new Counting(this.#counts)
    this.#transact('apply', growthBytesMax(rows.values()), () => {
      this.#rows.forget()
      for (const change of rows.values()) {
        this.#change(change, counts)
        this.#hit('state.lmdb.commit.row')
      }
      this.#rows.flush()
      for (const lease of collected) this.#removeExpired(lease, counts)
      if (after.membership !== before.membership && after.membership !== undefined) {
        this.#putMeta(metaKeys.membership, encodeMembership(after.membership))
      }
      this.#putHead(after, counts)
    })
    this.#head = after
    this.#counts = counts.now
  }

  /** Removes rows that have expired. Durable when it returns. */
  collect(leases: readonly Lease[]): void {
    const counts = new Counting(this.#counts)
    this.#transact('collect', 0, () => {
      for (const lease of leases) this.#removeExpired(lease, counts)
      this.#putHead(this.#head, counts)
    })
    this.#counts = counts.now
  }

  /** Adds rows above all that are there, in one transaction. */
  append(rows: readonly Row[]): void {
    const counts = new Counting(this.#counts)
    this.#transact('build', growthBytesMax(rows.map((row) => ({ after: row }))), () => {
      for (const row of rows) {
        this.#rows.append(row)
        if (row.expireAt !== undefined)
          this.tables.leases.put(leaseKey({ expireAt: row.expireAt, key: row.key }), noValue)
        counts.add(row)
      }
      this.#putHead(this.#head, counts)
    })
    this.#counts = counts.now
  }

  /** Says what the rows are the state of. */
  setHead(head: StateHead): void {
    this.#transact('build', 0, () => {
      if (head.membership !== undefined) this.#putMeta(metaKeys.membership, encodeMembership(head.membership))
      this.#putHead(head, this.#counts)
    })
    this.#head = head
  }

  pin(): PinnedState {
    return this.#pinned().state
  }

  /** The data file as it is now. It can be read for as long as `state` is not released, and is of that. */
  takeImage(): { readonly state: LmdbPinnedState; readonly image: CompactImage } {
    const { state, pin } = this.#pinned()
    try {
      return { state, image: this.environment.image(pin) }
    } catch (error) {
      state.release()
      throw error
    }
  }

  #pinned(): { readonly state: LmdbPinnedState; readonly pin: LmdbPin } {
    const pin = this.environment.pin(databaseNames)
    const state = new LmdbPinnedState(
      this.#place.name,
      new LmdbTables(this.#place.name, pin.databases),
      () => {
        this.#pins.delete(state)
        pin.release()
      },
    )
    this.#pins.add(state)
    return { state, pin }
  }

  /** Gives the environment up when its pins have ended. */
  close(): Promise<void> {
    this.environment.close()
    return this.environment.closed()
  }

  /** Gives it up at once: pins show nothing any more. */
  abandon(): void {
    for (const pin of this.#pins) pin.release()
    this.environment.close()
  }

  /** Removes its files: it must be closed. */
  remove(): Promise<void> {
    return rm(join(this.#place.directory, generationName(this.number)), { recursive: true, force: true })
  }

  #transact(operation: string, growthBytes: number, work: () => void): void {
    const { name, failpoints } = this.#place
    const sites =
      operation === 'apply'
        ? {
            failpoints,
            before: 'state.lmdb.commit.before',
            inside: 'state.lmdb.commit.inside',
            after: 'state.lmdb.commit.after',
          }
        : undefined
    const isUnchanged = (): boolean => this.#isUnchanged()
    const transaction = {
      log: name,
      operation,
      growthBytesMax: growthBytes,
      isUnchanged,
      ...(sites && { sites }),
    }
    this.environment.transact(transaction, () => {
      // The owner lock is advisory: a second owner that came by without it would be overwritten.
      if (operation !== 'create' && !isUnchanged()) {
        throw new MediumChangedError(`state "${name}" was moved by another owner`)
      }
      work()
    })
  }

  #isUnchanged(): boolean {
    const { index, chain } = this.#head.applied
    const { applied } = this.tables.applied()
    return applied.index === index && applied.chain === chain
  }

  #change({ key, before, after }: RowChange, counts: Counting): void {
    if (before?.expireAt !== undefined && before.expireAt !== after?.expireAt) {
      this.#removeLease({ expireAt: before.expireAt, key })
    }
    if (before !== undefined) counts.remove(before)
    if (after === undefined) {
      if (before !== undefined) this.tables.rows.remove(key)
      return
    }
    this.#rows.putSoon(after)
    if (after.expireAt !== undefined && after.expireAt !== before?.expireAt) {
      this.tables.leases.put(leaseKey({ expireAt: after.expireAt, key }), noValue)
    }
    counts.add(after)
  }

  #removeExpired(lease: Lease, counts: Counting): void {
    const row = this.tables.row(lease.key)
    if (row?.expireAt !== lease.expireAt) throw this.tables.corrupt('a lease is not that of its row')
    this.#removeLease(lease)
    this.tables.rows.remove(lease.key)
    counts.remove(row)
  }

  #removeLease(lease: Lease): void {
    if (!this.tables.leases.remove(leaseKey(lease)))
      throw this.tables.corrupt('a row has no lease where it should')
  }

  #putHead({ applied }: StateHead, counts: StoredCounts): void {
    this.#putMeta(metaKeys.applied, encodeApplied(applied, counts))
  }

  #putMeta(key: Uint8Array, record: Uint8Array): void {
    this.tables.meta.put(key, encodeFrame(key, record))
  }

  #hit(site: LmdbStateSite): void {
    const asked = this.#place.failpoints?.hit(site)
    if (asked !== undefined) throw new InjectedFailure(site, asked)
  }
}

type Opening =
  | { readonly create: false }
  | { readonly create: true; readonly format: StateFormat; readonly head: StateHead }

/** Pages are copied when they change: two for each row at most, its own and its lease's, and what holds the trees together. */
function growthBytesMax(changes: Iterable<Pick<RowChange, 'after'>>): number {
  let bytes = 0
  let isGrowing = false
  for (const { after } of changes) {
    bytes += 3 * pageBytes + (after?.value.length ?? 0)
    isGrowing ||= after !== undefined
  }
  return isGrowing ? bytes + treePages * pageBytes : 0
}
