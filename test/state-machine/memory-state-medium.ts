/** A state in memory, as simple as can be: what mutants are made of, and where no medium is to be tested. */
import { mkdirSync } from 'node:fs'
import { LogLockedError } from '../../src/errors.ts'
import type { ChunkPlan, RowChange } from '../../src/state-machine/core/plan-chunk.ts'
import {
  type AppliedState,
  bytesOfText,
  compareLeases,
  copyOf,
  emptyHead,
  type Lease,
  type Row,
  type StateFormat,
  type StateHead,
  type StoredCounts,
  textOfKey,
} from '../../src/state-machine/core/values.ts'
import { ForeignStateError } from '../../src/state-machine/index.ts'
import type {
  LeaseRange,
  MediumRecovery,
  PinnedState,
  RowLimit,
  RowRange,
  StateBuilder,
  StateMedium,
  StateReader,
  StateWrites,
} from '../../src/state-machine/medium.ts'

/** What outlives a medium. */
export interface MemoryDisk {
  format: StateFormat | undefined
  head: StateHead
  rows: Map<string, Row>
  isOwned: boolean
}

export class MemoryReader implements StateReader {
  readonly head: StateHead
  readonly #rows: ReadonlyMap<string, Row>

  constructor(head: StateHead, rows: ReadonlyMap<string, Row>) {
    this.head = head
    this.#rows = rows
  }

  row(key: Uint8Array): Row | undefined {
    const row = this.#rows.get(textOfKey(key))
    return row && copyOf(row)
  }

  rows({ from, to, reverse = false }: RowRange, limit: RowLimit): Row[] {
    const low = from === undefined ? '' : textOfKey(from)
    const high = to && textOfKey(to)
    const keys = [...this.#rows.keys()]
      .filter((key) => key >= low && (high === undefined || key < high))
      .sort()
    const rows: Row[] = []
    let bytes = 0
    for (const key of reverse ? keys.reverse() : keys) {
      const row = this.row(bytesOfText(key))
      if (row === undefined) continue
      rows.push(row)
      bytes += row.key.length + row.value.length
      if (rows.length >= limit.rows || bytes >= limit.bytes) break
    }
    return rows
  }

  leases({ from, to }: LeaseRange, limit: number): Lease[] {
    return [...this.#rows.values()]
      .flatMap(({ key, expireAt }) =>
        expireAt === undefined ? [] : [{ key: new Uint8Array(key), expireAt }],
      )
      .filter(({ expireAt }) => expireAt >= from && expireAt < to)
      .sort(compareLeases)
      .slice(0, limit)
  }
}

export class MemoryStateMedium implements StateMedium {
  readonly name = 'state'
  readonly directory: string
  protected readonly disk: MemoryDisk
  #isOwner = false

  constructor(directory: string, disk: MemoryDisk) {
    this.directory = directory
    this.disk = disk
  }

  get format(): StateFormat {
    return this.disk.format ?? { clusterId: '', isTtlEnabled: true }
  }

  get head(): StateHead {
    return this.disk.head
  }

  get durable(): AppliedState {
    return this.disk.head.applied
  }

  recover(format: StateFormat): MediumRecovery {
    if (this.disk.isOwned) throw new LogLockedError(this.directory, process.pid)
    const found = this.disk.format
    const isForeign = found !== undefined && JSON.stringify(found) !== JSON.stringify(format)
    if (isForeign) throw new ForeignStateError(this.name, 'it is of another cluster')
    this.disk.isOwned = true
    this.#isOwner = true
    this.disk.format = format
    mkdirSync(this.directory, { recursive: true })
    return { isNew: found === undefined, replayedEntries: 0, droppedBytes: 0, removed: [] }
  }

  row(key: Uint8Array): Row | undefined {
    return this.reader().row(key)
  }

  rows(range: RowRange, limit: RowLimit): Row[] {
    return this.reader().rows(range, limit)
  }

  leases(range: LeaseRange, limit: number): Lease[] {
    return this.reader().leases(range, limit)
  }

  write(writes: StateWrites): void {
    for (const [text, change] of writes.rows) this.change(text, change)
    this.collect(writes.collected)
    this.setHead(writes.after)
  }

  collect(leases: readonly Lease[]): void {
    for (const { key } of leases) this.disk.rows.delete(textOfKey(key))
  }

  counts(): StoredCounts {
    const rows = [...this.disk.rows.values()]
    return {
      keys: rows.length,
      leases: rows.filter(({ expireAt }) => expireAt !== undefined).length,
      bytes: rows.reduce((sum, { key, value }) => sum + key.length + value.length, 0),
    }
  }

  sync(): void {}

  checkpoint(): void {}

  pin(): PinnedState {
    const reader = new MemoryReader(this.head, new Map(this.disk.rows))
    return Object.assign(reader, { release: () => undefined })
  }

  build(): StateBuilder {
    const rows = new Map<string, Row>()
    let head = emptyHead
    return {
      add: (added) => {
        for (const row of added) rows.set(textOfKey(row.key), copyOf(row))
      },
      finish: (finished) => {
        head = finished
      },
      publish: () => this.replace(head, rows),
      discard: () => undefined,
    }
  }

  sizeBytes(): number {
    return this.counts().bytes
  }

  close(): void {
    this.abandon()
  }

  abandon(): void {
    if (this.#isOwner) this.disk.isOwned = false
    this.#isOwner = false
  }

  protected reader(): MemoryReader {
    return new MemoryReader(this.disk.head, this.disk.rows)
  }

  protected change(text: string, { after }: RowChange): void {
    if (after === undefined) this.disk.rows.delete(text)
    else this.disk.rows.set(text, copyOf(after))
  }

  protected setHead(head: ChunkPlan['after']): void {
    this.disk.head = head
  }

  protected replace(head: StateHead, rows: Map<string, Row>): void {
    this.disk.head = head
    this.disk.rows = rows
  }
}

export function blankDisk(): MemoryDisk {
  return { format: undefined, head: emptyHead, rows: new Map(), isOwned: false }
}
