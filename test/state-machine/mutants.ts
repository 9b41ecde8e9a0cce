/** State machines with one planted bug each, and the cases that must catch it. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { StateMachineAdapter } from '../../src/conformance/state-machine/index.ts'
import type { ChunkPlan, RowChange } from '../../src/state-machine/core/plan-chunk.ts'
import {
  type Lease,
  nothingApplied,
  type Row,
  type StateFormat,
  type StateHead,
  textOfKey,
} from '../../src/state-machine/core/values.ts'
import {
  type ApplyEntry,
  type ApplyReport,
  type Command,
  LmdbStateMachine,
  type LmdbStateMachineOptions,
  type SnapshotInstall,
  type SnapshotManifest,
} from '../../src/state-machine/index.ts'
import type { RowLimit, RowRange, StateBuilder, StateWrites } from '../../src/state-machine/medium.ts'
import { StoredStateMachine } from '../../src/state-machine/stored-state-machine.ts'
import { lmdbAdapter, onMemory } from './adapters.ts'
import { type MemoryDisk, MemoryReader, MemoryStateMedium } from './memory-state-medium.ts'

export interface StateMutant {
  /** The planted bug, in one sentence. */
  readonly bug: string
  /** Ids of cases, each of which must fail. */
  readonly caughtBy: readonly string[]
  readonly createAdapter: () => StateMachineAdapter
}

/** What the entry would be, if it were handed in as its proposer wrote it. */
function changedCommands(
  change: (command: Command, entry: ApplyEntry) => Command,
): typeof StoredStateMachine {
  return class extends StoredStateMachine {
    override applyChunk(entries: readonly ApplyEntry[], options?: object): Promise<ApplyReport> {
      const changed = entries.map((entry) =>
        entry.command instanceof Uint8Array || entry.command === undefined
          ? entry
          : { ...entry, command: change(entry.command, entry) },
      )
      return super.applyChunk(changed, options)
    }
  }
}

class FailedSwapReplayed extends MemoryStateMedium {
  override recover(...parameters: Parameters<MemoryStateMedium['recover']>) {
    const found = super.recover(...parameters)
    // As a log of commands would: what was swapped is put again, whatever it was decided to be.
    for (const [key, value] of swapsOf(this.disk)) {
      const row = this.disk.rows.get(key)
      if (row !== undefined) this.disk.rows.set(key, { ...row, value })
    }
    return found
  }
}

const swaps = new WeakMap<MemoryDisk, Map<string, Uint8Array>>()

function swapsOf(disk: MemoryDisk): Map<string, Uint8Array> {
  const known = swaps.get(disk) ?? new Map<string, Uint8Array>()
  swaps.set(disk, known)
  return known
}

/** Remembers every swap of the machine on a disk, decided or not. */
function rememberingSwaps(): StateMachineAdapter {
  let disk: MemoryDisk | undefined
  class Medium extends FailedSwapReplayed {
    constructor(directory: string, its: MemoryDisk) {
      super(directory, its)
      disk = its
    }
  }
  const Machine = changedCommands((command) => {
    if (command.kind === 'cas' && disk !== undefined) swapsOf(disk).set(textOfKey(command.key), command.value)
    return command
  })
  return onMemory(Medium, Machine)
}

/** Up to where a disk's log was replayed and then cut off, since anything was saved. */
const cutOff = new WeakMap<MemoryDisk, number>()

class ReplayTruncatesUnsaved extends MemoryStateMedium {
  override recover(format: StateFormat) {
    const lost = cutOff.get(this.disk) ?? 0
    for (const [text, row] of this.disk.rows) if (row.modIndex <= lost) this.disk.rows.delete(text)
    const found = super.recover(format)
    cutOff.set(this.disk, this.head.applied.index)
    return found
  }

  override checkpoint(): void {
    cutOff.delete(this.disk)
  }

  protected override replace(head: StateHead, rows: Map<string, Row>): void {
    cutOff.delete(this.disk)
    super.replace(head, rows)
  }
}

class PositionAfterTheData extends MemoryStateMedium {
  #written: StateHead | undefined

  override get head(): StateHead {
    return this.#written ?? super.head
  }

  protected override setHead(head: ChunkPlan['after']): void {
    // The position of one chunk is on the disk when the next is.
    super.setHead(this.#written ?? super.head)
    this.#written = head
  }

  protected override replace(head: StateHead, rows: Map<string, Row>): void {
    this.#written = undefined
    super.replace(head, rows)
  }
}

class ChunksInHalves extends MemoryStateMedium {
  override write(writes: StateWrites): void {
    const [[text, change] = []] = writes.rows
    if (text !== undefined && change !== undefined) this.change(text, change)
    throw Object.assign(new Error('the rest is lost'), { code: 'EIO' })
  }
}

class LeasesLostInACrash extends MemoryStateMedium {
  override recover(...parameters: Parameters<MemoryStateMedium['recover']>) {
    const found = super.recover(...parameters)
    for (const [key, row] of this.disk.rows) this.disk.rows.set(key, { ...row, expireAt: undefined })
    return found
  }
}

class LeasesNotInSnapshots extends MemoryStateMedium {
  override build(): StateBuilder {
    const builder = super.build()
    return { ...builder, add: (rows) => builder.add(rows.map((row) => ({ ...row, expireAt: undefined }))) }
  }
}

class ExpiresByWallClock extends MemoryStateMedium {
  readonly #openedAt = Date.now()

  protected override reader(): MemoryReader {
    const now = Date.now() - this.#openedAt
    const rows = [...this.disk.rows].filter(([, { expireAt }]) => expireAt === undefined || expireAt > now)
    return new MemoryReader(this.disk.head, new Map(rows))
  }
}

class OldLeaseKept extends MemoryStateMedium {
  protected override change(text: string, change: RowChange): void {
    const { before, after } = change
    const isKept = after !== undefined && before?.expireAt !== undefined && after.expireAt === undefined
    super.change(text, isKept ? { ...change, after: { ...after, expireAt: before.expireAt } } : change)
  }
}

class EmptyValueIsAbsent extends MemoryStateMedium {
  override recover(...parameters: Parameters<MemoryStateMedium['recover']>) {
    const found = super.recover(...parameters)
    for (const [key, { value }] of this.disk.rows) if (value.length === 0) this.disk.rows.delete(key)
    return found
  }
}

class CollectsByKeyAlone extends MemoryStateMedium {
  readonly #noted = new Map<string, Lease>()

  override leases(...[range, limit]: Parameters<MemoryStateMedium['leases']>): Lease[] {
    for (const { key, expireAt } of this.disk.rows.values()) {
      if (expireAt !== undefined) this.#noted.set(textOfKey(key), { key, expireAt })
    }
    const noted = [...this.#noted.values()].filter(
      ({ expireAt }) => expireAt >= range.from && expireAt < range.to,
    )
    return noted.slice(0, limit)
  }
}

class LeasesOutliveAReset extends MemoryStateMedium {
  readonly #leases = new Map<string, Lease>()

  protected override change(text: string, change: RowChange): void {
    const { key, before, after } = change
    if (before?.expireAt !== undefined) this.#leases.delete(text)
    if (after?.expireAt !== undefined) this.#leases.set(text, { key, expireAt: after.expireAt })
    super.change(text, change)
  }

  override leases(...[range, limit]: Parameters<MemoryStateMedium['leases']>): Lease[] {
    const leases = [...this.#leases.values()].filter(
      ({ expireAt }) => expireAt >= range.from && expireAt < range.to,
    )
    return leases.slice(0, limit)
  }
}

class CollectsWithoutBound extends MemoryStateMedium {
  override write(writes: StateWrites): void {
    const { clock } = writes.after.applied
    super.write({ ...writes, collected: super.leases({ from: 0, to: clock + 1 }, 1e9) })
  }
}

class PinsAreNotPinned extends MemoryStateMedium {
  override pin() {
    return Object.assign(new MemoryReader(this.head, this.disk.rows), { release: () => undefined })
  }
}

class LabelBeforeTheData extends MemoryStateMedium {
  override pin() {
    const index = Math.max(0, this.head.applied.index - 1)
    const head = { ...this.head, applied: { ...this.head.applied, index } }
    return Object.assign(new MemoryReader(head, new Map(this.disk.rows)), { release: () => undefined })
  }
}

class InstallsInPlace extends MemoryStateMedium {
  override build(): StateBuilder {
    const builder = super.build()
    return {
      ...builder,
      add: (rows) => {
        this.disk.rows.clear()
        for (const row of rows) this.disk.rows.set(textOfKey(row.key), row)
        return builder.add(rows)
      },
    }
  }
}

class LosesHeadOfInstall extends MemoryStateMedium {
  #installed: StateHead | undefined

  override get head(): StateHead {
    return this.#installed ?? super.head
  }

  protected override replace(head: StateHead, rows: Map<string, Row>): void {
    super.replace({ ...head, applied: { ...nothingApplied } }, rows)
    this.#installed = head
  }

  protected override setHead(head: ChunkPlan['after']): void {
    this.#installed = undefined
    super.setHead(head)
  }
}

class SharesItsBytes extends MemoryStateMedium {
  override row(key: Uint8Array): Row | undefined {
    return this.disk.rows.get(textOfKey(key))
  }
}

class KeysByLength extends MemoryStateMedium {
  override rows(range: RowRange, limit: RowLimit): Row[] {
    const rows = super.rows(range, { rows: 1e9, bytes: 1e12 })
    return rows.sort((left, right) => left.key.length - right.key.length).slice(0, limit.rows)
  }
}

class SecondOwnerAccepted extends MemoryStateMedium {
  override recover(...parameters: Parameters<MemoryStateMedium['recover']>) {
    this.disk.isOwned = false
    return super.recover(...parameters)
  }
}

/** Evaluates each entry of a chunk on the state before the chunk. */
class ChunkSeesOnlyTheOldState extends StoredStateMachine {
  override async applyChunk(entries: readonly ApplyEntry[], options?: object): Promise<ApplyReport> {
    const before = new Map<string, Uint8Array | undefined>()
    const changed = entries.map((entry) => {
      const { command } = entry
      if (command instanceof Uint8Array || command?.kind !== 'cas') return entry
      const key = textOfKey(command.key)
      if (!before.has(key) && this.state === 'running') before.set(key, this.get(command.key)?.value)
      const value = before.get(key)
      const isExpected =
        command.expected === null
          ? value === undefined
          : value !== undefined && Buffer.compare(value, command.expected) === 0
      return isExpected ? entry : { ...entry, command: { ...command, expected: new Uint8Array(9) } }
    })
    return super.applyChunk(changed, options)
  }
}

class AppliesAgain extends StoredStateMachine {
  override async applyChunk(entries: readonly ApplyEntry[], options?: object): Promise<ApplyReport> {
    const isOpen = this.state === 'running'
    const offset = isOpen && entries[0] !== undefined ? this.applied().index + 1 - entries[0].index : 0
    if (offset <= 0) return super.applyChunk(entries, options)
    return super.applyChunk(
      entries.map((entry) => ({
        ...entry,
        index: entry.index + offset,
        term: Math.max(entry.term, this.applied().term),
      })),
      options,
    )
  }
}

class SkipsGaps extends StoredStateMachine {
  override applyChunk(entries: readonly ApplyEntry[], options?: object): Promise<ApplyReport> {
    const from = this.state === 'running' ? this.applied().index + 1 : 1
    const isGap = (entries[0]?.index ?? 0) > from
    return super.applyChunk(
      isGap ? entries.map((entry, at) => ({ ...entry, index: from + at })) : entries,
      options,
    )
  }
}

class BelievesTheManifest extends LmdbStateMachine {
  override async beginInstall(manifest: SnapshotManifest): Promise<SnapshotInstall> {
    const install = await super.beginInstall(manifest)
    // What does not match is taken for complete, as if nobody had looked.
    return {
      ...install,
      have: () => install.have(),
      write: (block, bytes) => install.write(block, bytes).catch(() => undefined),
      commit: (signal) => install.commit(signal).catch(() => this.applied()),
      abort: () => install.abort(),
    }
  }
}

class ForgetsWhatItReceived extends LmdbStateMachine {
  readonly #directory: string

  constructor(directory: string, options?: LmdbStateMachineOptions) {
    super(directory, options)
    this.#directory = directory
  }

  override open() {
    rmSync(join(this.#directory, 'install'), { recursive: true, force: true })
    return super.open()
  }
}

class SnapshotsOutliveAReset extends StoredStateMachine {
  #kept: SnapshotManifest[] = []

  override async reset(): Promise<void> {
    this.#kept = await super.listSnapshots()
    await super.reset()
  }

  override async listSnapshots(): Promise<SnapshotManifest[]> {
    return [...this.#kept, ...(await super.listSnapshots())]
  }

  override async createSnapshot(...parameters: Parameters<StoredStateMachine['createSnapshot']>) {
    return super.createSnapshot(...parameters)
  }
}

class ServesWhenStopped extends StoredStateMachine {
  override async stop(): Promise<void> {
    await super.stop()
    await super.start()
  }
}

const onLmdb = (Machine: typeof LmdbStateMachine): StateMachineAdapter => ({
  ...lmdbAdapter,
  create: (directory, options) => new Machine(directory, options),
})

const withoutNoop = changedCommands((command) => (command.kind === 'config' ? { kind: 'noop' } : command))
const wallClockExpiry = changedCommands((command) =>
  'ttlMs' in command && command.ttlMs !== undefined
    ? ({ ...command, ttlMs: command.ttlMs + (Date.now() % 1000) } as Command)
    : command,
)

export const stateMutants: readonly StateMutant[] = [
  {
    bug: 'a swap that failed is put again by recovery',
    caughtBy: ['SM-FAULT-004'],
    createAdapter: rememberingSwaps,
  },
  {
    bug: 'the applied index is on the disk one chunk after the data',
    caughtBy: ['SM-FAULT-003', 'SM-FAULT-004', 'SM-TTL-014'],
    createAdapter: () => onMemory(PositionAfterTheData),
  },
  {
    bug: 'the log that was replayed is cut off, and what it led to is not saved',
    caughtBy: ['SM-FAULT-005'],
    createAdapter: () => onMemory(ReplayTruncatesUnsaved),
  },
  {
    bug: 'a chunk is written in halves',
    caughtBy: ['SM-PUT-001'],
    createAdapter: () => onMemory(ChunksInHalves),
  },
  {
    bug: 'a crash makes leased keys permanent',
    caughtBy: ['SM-TTL-014', 'SM-TTL-013', 'SM-FAULT-005'],
    createAdapter: () => onMemory(LeasesLostInACrash),
  },
  {
    bug: 'a snapshot is installed without its leases',
    caughtBy: ['SM-INSTALL-001S', 'SM-INSTALL-013'],
    createAdapter: () => onMemory(LeasesNotInSnapshots),
  },
  {
    bug: 'keys expire by the clock of the machine',
    caughtBy: ['SM-TTL-009'],
    createAdapter: () => onMemory(ExpiresByWallClock),
  },
  {
    bug: 'the expiry is taken from the clock of the machine',
    caughtBy: ['SM-TTL-001', 'SM-CHUNK-001'],
    createAdapter: () => onMemory(MemoryStateMedium, wallClockExpiry),
  },
  {
    bug: 'putting without a time to live keeps the old lease',
    caughtBy: ['SM-TTL-004', 'SM-TTL-005'],
    createAdapter: () => onMemory(OldLeaseKept),
  },
  {
    bug: 'an empty value is lost in recovery',
    caughtBy: ['SM-PUT-003'],
    createAdapter: () => onMemory(EmptyValueIsAbsent),
  },
  {
    bug: 'a key is collected although it was put again',
    caughtBy: ['SM-TTL-004', 'SM-COLLECT-004'],
    createAdapter: () => onMemory(CollectsByKeyAlone),
  },
  {
    bug: 'a chunk collects everything that has expired',
    caughtBy: ['SM-COLLECT-003'],
    createAdapter: () => onMemory(CollectsWithoutBound),
  },
  {
    bug: 'a view shows what is applied after it was taken',
    caughtBy: ['SM-READ-004'],
    createAdapter: () => onMemory(PinsAreNotPinned),
  },
  {
    bug: 'a snapshot is labelled with an index before its data',
    caughtBy: ['SM-SNAP-001S', 'SM-INSTALL-001S'],
    createAdapter: () => onMemory(LabelBeforeTheData),
  },
  {
    bug: 'a snapshot is installed over the state that serves',
    caughtBy: ['SM-INSTALL-002S', 'SM-FAULT-006', 'SM-FAULT-009', 'SM-INSTALL-015S'],
    createAdapter: () => onMemory(InstallsInPlace),
  },
  {
    bug: 'the position of an installed snapshot is only in memory',
    caughtBy: ['SM-INSTALL-001S'],
    createAdapter: () => onMemory(LosesHeadOfInstall),
  },
  {
    bug: 'what is read is the stored bytes themselves',
    caughtBy: ['SM-READ-008'],
    createAdapter: () => onMemory(SharesItsBytes),
  },
  {
    bug: 'keys are scanned by their length',
    caughtBy: ['SM-READ-001'],
    createAdapter: () => onMemory(KeysByLength),
  },
  {
    bug: 'a second owner is let in',
    caughtBy: ['SM-LIFE-007'],
    createAdapter: () => onMemory(SecondOwnerAccepted),
  },
  {
    bug: 'a swap sees the state before its chunk',
    caughtBy: ['SM-CAS-009', 'SM-CAS-010', 'SM-CHUNK-001'],
    createAdapter: () => onMemory(MemoryStateMedium, ChunkSeesOnlyTheOldState),
  },
  {
    bug: 'entries that were applied are applied again',
    caughtBy: ['SM-AGAIN-001', 'SM-AGAIN-002'],
    createAdapter: () => onMemory(MemoryStateMedium, AppliesAgain),
  },
  {
    bug: 'a gap in the log is closed in silence',
    caughtBy: ['SM-REJECT-002'],
    createAdapter: () => onMemory(MemoryStateMedium, SkipsGaps),
  },
  {
    bug: 'a config entry is taken for none',
    caughtBy: ['SM-CONFIG-001'],
    createAdapter: () => onMemory(MemoryStateMedium, withoutNoop),
  },
  {
    bug: 'a damaged snapshot is reported as installed',
    caughtBy: ['SM-INSTALL-007S', 'SM-INSTALL-007N', 'SM-INSTALL-008S', 'SM-INSTALL-008N'],
    createAdapter: () => onLmdb(BelievesTheManifest),
  },
  {
    bug: 'what was received of a snapshot is lost in a crash',
    caughtBy: ['SM-INSTALL-010'],
    createAdapter: () => onLmdb(ForgetsWhatItReceived),
  },
  {
    bug: 'snapshots outlive a reset',
    caughtBy: ['SM-RESET-001'],
    createAdapter: () => onMemory(MemoryStateMedium, SnapshotsOutliveAReset),
  },
  {
    bug: 'leases of before a reset go on',
    caughtBy: ['SM-RESET-002'],
    createAdapter: () => onMemory(LeasesOutliveAReset),
  },
  {
    bug: 'a stopped state machine serves',
    caughtBy: ['SM-LIFE-004'],
    createAdapter: () => onMemory(MemoryStateMedium, ServesWhenStopped),
  },
]
