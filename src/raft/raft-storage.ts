/**
 * Everything that one Raft node must not lose, in one directory: the log with its hard state in `log`, the snapshots in
 * `snapshots`. The log's owner owns both.
 */
import { join } from 'node:path'
import type { FailpointRegistry } from '../../failpoints/index.ts'
import { show } from '../arguments.ts'
import type { Codec } from '../codec/index.ts'
import { InvalidArgumentError, SnapshotError } from '../errors.ts'
import { type LmdbLogOptions, type LogStore, openLmdbLog } from '../log/index.ts'
import type { StoreObserver } from '../observer.ts'
import type { LogId } from './entry.ts'
import { type HardState, HardStateStore } from './hard-state-store.ts'
import { RaftLog } from './raft-log.ts'
import { crossCheck } from './recovery.ts'
import { checkMeta } from './snapshots/check-arguments.ts'
import {
  type ReadSnapshotOptions,
  type SnapshotInfo,
  type SnapshotMeta,
  SnapshotStore,
  type SnapshotWriter,
  type UnusableSnapshot,
} from './snapshots/index.ts'

/** What a log is opened with. */
export type OpenLogOptions = Pick<LmdbLogOptions, 'name' | 'failpoints' | 'observer'>

export interface RaftStorageOptions<T> {
  /** The log's name, in errors and metrics. Default `log`. */
  readonly name?: string | undefined
  /** How the data of entries becomes bytes. Default: it is bytes already. */
  readonly codec?: Codec<T> | undefined
  readonly failpoints?: FailpointRegistry | undefined
  readonly observer?: StoreObserver | undefined
  /** Opens the log in `directory`. Default: {@link openLmdbLog}; give your own for its other options, or another store. */
  readonly openLog?: ((directory: string, options: OpenLogOptions) => LogStore) | undefined
}

/** What an engine needs to start. */
export interface RaftRecovery {
  /** `undefined` when none was ever saved. */
  readonly hardState: HardState | undefined
  readonly lastLogId: LogId
  readonly purgeBoundary: LogId
  /** The newest snapshot that can be read; its every byte was. */
  readonly snapshot: SnapshotInfo | undefined
  /** Newer ones that cannot. They are kept for the operator to decide. */
  readonly unusable: readonly UnusableSnapshot[]
  /**
   * The place of {@link snapshot}, when the process died after it was published and before the log was told. Give it to
   * `log.installSnapshot` before anything else.
   */
  readonly pendingInstall: LogId | undefined
}

export class RaftStorage<T = Uint8Array> {
  readonly log: RaftLog<T>
  readonly hardState: HardStateStore<T>
  readonly snapshots: SnapshotStore

  private constructor(log: RaftLog<T>, snapshots: SnapshotStore) {
    this.log = log
    this.hardState = new HardStateStore(log)
    this.snapshots = snapshots
  }

  /**
   * Opens the storage in `directory`, creating what is not there, and becomes its owner until it is closed.
   * @throws whatever {@link openLmdbLog}, {@link RaftLog} and {@link SnapshotStore.open} throw; then nothing stays open
   */
  static open<T = Uint8Array>(directory: string, options: RaftStorageOptions<T> = {}): RaftStorage<T> {
    if (typeof directory !== 'string' || directory === '') {
      throw new InvalidArgumentError(
        'directory',
        `Cannot open ${show(directory)}: give the path of a directory`,
      )
    }
    const { name = 'log', codec, failpoints, observer, openLog = openLmdbLog } = options
    const shared = { name, failpoints, observer }
    // The log comes first: its lock is what keeps another owner from the snapshots too.
    const store = openLog(join(directory, 'log'), shared)
    try {
      const log = new RaftLog<T>(store, { codec, failpoints, observer })
      return new RaftStorage(log, SnapshotStore.open(join(directory, 'snapshots'), shared))
    } catch (error) {
      store.abandon()
      throw error
    }
  }

  /**
   * What the node knew when it stopped, after checking that it fits together. Reads the newest usable snapshot to its end. When it
   * throws, nothing was changed and the storage stays usable, so that a snapshot can be installed or removed.
   * @throws {SnapshotError} the log begins after a boundary that no usable snapshot covers, or a snapshot contradicts the log
   * @throws {CorruptionError} the hard state is behind the log or a snapshot, or committed entries are lost: rebuild this node
   */
  async recover(options: ReadSnapshotOptions = {}): Promise<RaftRecovery> {
    const { info: snapshot, unusable } = await this.snapshots.latestUsable(options)
    const { lastLogId, purgeBoundary } = this.log
    const found = { hardState: this.hardState.load(), lastLogId, purgeBoundary, snapshot, unusable }
    const log = this.log.log.name
    const pendingInstall = crossCheck({ ...found, log, termAt: (index) => this.log.term(index) })
    return { ...found, pendingInstall }
  }

  /**
   * Begins a snapshot of this node's own state: `meta.index` is the last index that was applied. For a leader's snapshot, use
   * `snapshots.create` and then {@link installSnapshot}.
   * @throws {InvalidArgumentError} `meta` is not one
   * @throws {SnapshotError} `mismatch`: the log has another term at that index
   * @throws {CompactedError} the log was purged beyond that index
   * @throws {UnavailableError} the log does not reach that index
   * @throws whatever `SnapshotStore.create` throws
   */
  createSnapshot(meta: SnapshotMeta): SnapshotWriter {
    checkMeta(meta)
    const stored = this.log.term(meta.index)
    if (stored === meta.term) return this.snapshots.create(meta)
    throw new SnapshotError(
      { snapshot: undefined, kind: 'mismatch' },
      `Cannot create a snapshot of term ${show(meta.term)} at index ${meta.index}: log "${this.log.log.name}" has term ` +
        `${stored} there; take both from the last entry that was applied`,
    )
  }

  /**
   * Makes the log begin just after snapshot `id`, as {@link RaftLog.installSnapshot} does. Durable when it returns.
   * @throws {SnapshotError} `notFound`: no such snapshot is published
   * @throws whatever {@link RaftLog.installSnapshot} throws
   */
  installSnapshot(id: string): void {
    const found = this.snapshots.list().find((info) => info.id === id)
    if (found !== undefined) {
      this.log.installSnapshot(found)
      return
    }
    throw new SnapshotError(
      { snapshot: id, kind: 'notFound' },
      `Cannot install snapshot ${show(id)}: it is not among those published; finish it first`,
    )
  }

  /** Makes everything deferred durable. */
  flush(): void {
    this.log.flush()
  }

  /** Flushes and closes everything. Twice is fine. */
  close(): void {
    try {
      this.snapshots.close()
    } finally {
      this.log.close()
    }
  }

  /** Leaves everything as SIGKILL would: what was deferred is dropped. */
  abandon(): void {
    try {
      this.snapshots.close()
    } finally {
      this.log.log.abandon()
    }
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
